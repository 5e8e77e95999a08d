import Promotions
import Testing

@Suite("Kargo's names of Freight")
struct FreightIDTests {
    private static let a = "sha256:" + String(repeating: "a", count: 64)
    private static let b = "sha256:" + String(repeating: "b", count: 64)
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    private static func image(_ digest: String, _ subscription: String? = nil) -> ImageArtifact {
        ImageArtifact(repository: "ghcr.io/acme/trader", tag: "v1.2.3", digest: digest, subscription: subscription)
    }

    /// Worked out apart from this code, from what the name is made of.
    @Test(
        "they are made of the Warehouse and the artifacts",
        arguments: [
            ("market", Artifacts(images: [image(a)]), "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825"),
            ("market", Artifacts(images: [image(b)]), "3830b20d73d28c28456f93f2864667ef58f9e617"),
            (
                "market",
                Artifacts(
                    images: [image(a)],
                    commits: [CommitArtifact(repository: "https://GitHub.com/Acme/Deploy.git/", id: commit)]),
                "5aa0de63ace73753fd8e3bb3ac19c58367147fc6"
            ),
            ("market", Artifacts(images: [image(a, "trader")]), "e71640da97530f801acbe850473c5a10b32c99b0"),
            ("other", Artifacts(images: [image(a)]), "35133e6446033a22b97352330a123d8511e964ba"),
            (
                "market",
                Artifacts(commits: [
                    CommitArtifact(repository: "https://github.com/acme/deploy", id: commit, tag: "v1.0.0")
                ]),
                "1d0fe0692731b9fefa3cb341b3a5f97d1c766142"
            ),
            (
                "market",
                Artifacts(charts: [ChartArtifact(repository: "oci://ghcr.io/acme/charts/trader", version: "1.2.3")]),
                "bb6872179350ae4862bce5156936f1d54953f43d"
            ),
        ])
    func vectors(warehouse: String, artifacts: Artifacts, id: String) {
        #expect(FreightID.make(warehouse: warehouse, artifacts: artifacts) == id)
        #expect(FreightID.isID(id))
    }

    @Test("the order of artifacts, their branches and empty names say nothing")
    func whatIsLeftOut() {
        let images = [Self.image(Self.a), Self.image(Self.b)]
        let name = FreightID.make(warehouse: "market", artifacts: Artifacts(images: images))
        #expect(FreightID.make(warehouse: "market", artifacts: Artifacts(images: images.reversed())) == name)
        #expect(FreightID.make(warehouse: "market", artifacts: Artifacts(images: [Self.image(Self.a, "")])) != name)
        #expect(
            FreightID.make(warehouse: "market", artifacts: Artifacts(images: [Self.image(Self.a, "")]))
                == "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825")
        let commits = ["main", nil].map { branch in
            CommitArtifact(repository: "https://h/r", id: Self.commit, branch: branch, tag: branch.map { _ in "" })
        }
        #expect(
            FreightID.make(warehouse: "market", artifacts: Artifacts(commits: [commits[0]]))
                == FreightID.make(warehouse: "market", artifacts: Artifacts(commits: [commits[1]])))
    }

    @Test("only 40 lowercase hexadecimal digits have their form")
    func form() {
        #expect(!FreightID.isID("ceaf5c0"))
        #expect(!FreightID.isID("CEAF5C0D81D534BA561C3A1B43F1E858F0B7B825"))
        #expect(!FreightID.isID("ceaf5c0d81d534ba561c3a1b43f1e858f0b7b82g"))
        #expect(!FreightID.isID(""))
    }
}
