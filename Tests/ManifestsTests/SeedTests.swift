import Glibc
import Manifests
import Promotions
import Testing

@Suite("Kargo's manifests that people wrote down")
struct SeedTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/../shared/seeds"

    /// The YAML blocks of the documents in which Kargo's kinds came up.
    private static let documents: [String] = {
        guard let folder = opendir(folder) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { name in
                    String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted().flatMap { blocks(of: text(Self.folder + "/" + $0)) }
            .filter { $0.contains("apiVersion: kargo.akuity.io/") }
    }()

    private static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// They went through a page that put a bar between lines and took their indents away.
    private static func blocks(of text: String) -> [String] {
        let lines = text.split(separator: "\n").filter { $0 != "|" && $0 != "||" }
        var blocks: [String] = []
        var block: [Substring]?
        for line in lines {
            if line == "```yaml" {
                block = []
            } else if line.hasPrefix("```") {
                if let block { blocks.append(indented(block)) }
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    private static func indented(_ lines: [Substring]) -> String {
        var isNested = false
        var hasElements = false
        return lines.map { line in
            let key = String(line.prefix { $0 != ":" })
            if ["apiVersion", "kind", "metadata", "spec"].contains(key) {
                hasElements = false
                return String(line)
            }
            if line.hasPrefix("- ") {
                (hasElements, isNested) = (true, line.hasSuffix(":"))
                return "    " + line
            }
            return (hasElements ? isNested ? "        " : "      " : "  ") + line
        }.joined(separator: "\n")
    }

    private static func read(
        _ kind: String, beside more: [String] = []
    ) throws -> (set: ManifestSet, warnings: [String]) {
        let document = try #require(documents.first { $0.contains("kind: \(kind)\n") })
        let ours = [Shop.projectPolicy] + more
        let texts = ours.map { $0.replacing("shop", with: "stonks-oracle") } + [document]
        let files = texts.enumerated().map { (name: "f\($0)", bytes: Array($1.utf8)) }
        let (set, warnings) = try ManifestSet.read(files: files, project: "stonks-oracle")
        return (set, warnings.map { "\($0.line): \($0.path): \($0.message)" + ($0.hint.map { "; " + $0 } ?? "") })
    }

    @Test(.enabled("skipped: ../shared/seeds is absent") { !documents.isEmpty })
    func aWarehouseLoadsAndItsFaultsAreTold() throws {
        let (set, warnings) = try Self.read("Warehouse")
        let image = "spec.subscriptions[0].image."
        #expect(
            warnings == [
                "10: \(image)semverConstraint: Kargo has no field 'semverConstraint' of an image: it is refused or ignored; "
                    + "it is called constraint",
                "11: \(image)discoveryPolicy: Kargo has no field 'discoveryPolicy' of an image: it is refused or ignored; "
                    + "imageSelectionStrategy says which image is the newest; without it that is SemVer, "
                    + "which finds no tags that are no versions, such as hashes of commits",
            ])
        guard case .image(let found)? = set.warehouses.first?.subscriptions.first?.source else {
            Issue.record("no image")
            return
        }
        // So that its hashes of commits as tags are never found.
        #expect(found.strategy == .semVer && found.constraint == nil && found.hasStrictVersions)
        // One image of fourteen: kargo/ has them all.
        #expect(set.warehouses.first?.subscriptions.count == 1)
    }

    /// The three steps that the documents tell in words: clone the repository, set the tag, let Argo CD sync.
    private static let beta = KargoShop.document(
        "Stage", "beta",
        """
          requestedFreight: [{origin: {kind: Warehouse, name: stonks-images}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              steps:
                - {uses: git-clone, config: {repoURL: "https://github.com/celesrenata/stonks-oracle"}}
                - uses: yaml-update
                  config: {updates: [{key: dashboard.tag, value: '${{ imageFrom("dashboard").Tag }}'}]}
                - {uses: argocd-update, config: {apps: [{name: stonks-beta}]}}
        """)

    @Test(.enabled("skipped: ../shared/seeds is absent") { !documents.isEmpty })
    func imagesThatItDoesNotLookForAndStepsThatAreNotRunAreTold() throws {
        let (_, warnings) = try Self.read("Warehouse", beside: [Self.beta, KargoShop.policy("beta")])
        let steps = "spec.promotionTemplate.spec.steps"
        #expect(
            warnings.contains(
                "11: \(steps)[1].config.updates[0].value: no Warehouse of this Stage looks for 'dashboard', which its "
                    + "steps use; add a subscription: stonks-images has 1 of the images"))
        #expect(
            warnings.contains(
                "9: \(steps): Gatehouse does not run these steps (git-clone, yaml-update, argocd-update); deploy in the "
                    + "StagePolicy says what to do"), "\(warnings)")
    }

    @Test(.enabled("skipped: ../shared/seeds is absent") { !documents.isEmpty })
    func aProjectConfigLoadsAndStagesThatAreNotThereAreTold() throws {
        let (set, warnings) = try Self.read("ProjectConfig")
        #expect(set.stages.isEmpty)
        #expect(
            warnings
                == ["beta", "paper", "live"].enumerated().map { index, stage in
                    "\(8 + 2 * index): spec.promotionPolicies[\(index)].stage: there is no Stage '\(stage)' here"
                })
    }
}
