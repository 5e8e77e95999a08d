import Promotions
import Testing

@Suite("Artifacts held against their Warehouse")
struct WarehouseCheckTests {
    private static let trader = ImageArtifact(repository: "ghcr.io/acme/trader", tag: "v1", digest: "sha256:1")
    private static let deploy = CommitArtifact(repository: "https://github.com/acme/deploy", id: "1")
    private static let chart = ChartArtifact(repository: "oci://ghcr.io/acme/charts/trader", version: "1.0.0")

    private let warehouse = Warehouse(
        name: "market",
        subscriptions: [
            Subscription(.image(ImageSubscription(repository: "ghcr.io/acme/trader"))),
            Subscription(.git(GitSubscription(repository: "https://github.com/acme/deploy"))),
            Subscription(.chart(ChartSubscription(repository: "oci://ghcr.io/acme/charts/trader"))),
        ])

    private func refusal(
        _ images: [ImageArtifact] = [trader], _ commits: [CommitArtifact] = [deploy],
        _ charts: [ChartArtifact] = [chart], of warehouse: Warehouse? = nil
    ) -> Warehouse.Mismatch? {
        do throws(Warehouse.Mismatch) {
            try (warehouse ?? self.warehouse).check(Artifacts(images: images, commits: commits, charts: charts))
            return nil
        } catch {
            return error
        }
    }

    @Test("one of each is taken, however its repository is written")
    func oneOfEach() {
        #expect(refusal() == nil)
        #expect(
            refusal(
                [Self.trader],
                [CommitArtifact(repository: "https://anna@GitHub.com/acme/deploy.git/", id: "1")],
                [ChartArtifact(repository: "ghcr.io/acme/charts", name: "trader", version: "1.0.0")]) == nil)
        let hub = Warehouse(
            name: "market", subscriptions: [Subscription(.image(ImageSubscription(repository: "nginx")))])
        let written = ImageArtifact(repository: "docker.io/library/nginx", tag: "1", digest: "sha256:1")
        #expect(refusal([written], [], [], of: hub) == nil)
    }

    @Test("what nobody asks for, what is missing and what stands there twice is told by its place")
    func places() {
        let other = ImageArtifact(repository: "ghcr.io/acme/seller", tag: "v1", digest: "sha256:1")
        #expect(refusal([Self.trader, other])?.field == "images[1]")
        #expect(
            refusal([other])?.description == "no subscription of 'market' asks for image of ghcr.io/acme/seller")
        #expect(refusal([])?.field == "images")
        #expect(refusal([Self.trader], [])?.field == "commits")
        #expect(refusal([Self.trader], [Self.deploy], [])?.field == "charts")
        let second = ImageArtifact(repository: "ghcr.io/acme/trader", tag: "v2", digest: "sha256:2")
        #expect(refusal([Self.trader, second])?.field == "images[1]")
        #expect(
            refusal([Self.trader, second])?.description
                == "there is more than one image of ghcr.io/acme/trader, and 'market' asks for one")
    }

    @Test("an artifact carries the name of its subscription, if that has one")
    func names() {
        func image(_ name: String?) -> ImageArtifact {
            ImageArtifact(repository: "ghcr.io/acme/trader", tag: "v1", digest: "sha256:1", subscription: name)
        }
        let repository = ImageSubscription(repository: "ghcr.io/acme/trader")
        let named = Warehouse(
            name: "market",
            subscriptions: [
                Subscription(name: "stable", .image(repository)), Subscription(name: "edge", .image(repository)),
            ])
        #expect(refusal([image("edge"), image("stable")], [], [], of: named) == nil)
        #expect(refusal([image("edge"), image(nil)], [], [], of: named)?.field == "images[1].subscriptionName")
        #expect(refusal([image("edge"), image("edge")], [], [], of: named)?.field == "images[1]")
        #expect(refusal([image("edge")], [], [], of: named)?.field == "images")
        #expect(refusal([image("stable")])?.field == "images[0].subscriptionName")
        // Two of one repository without names: as many artifacts as subscriptions.
        let twice = Warehouse(
            name: "market", subscriptions: [Subscription(.image(repository)), Subscription(.image(repository))])
        #expect(refusal([image(nil), image("")], [], [], of: twice) == nil)
        #expect(refusal([image(nil)], [], [], of: twice)?.field == "images")
    }
}
