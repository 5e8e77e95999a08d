import JSON
import Manifests
import Promotions

/// Kargo's manifests of the project `shop`.
enum KargoShop {
    /// A document of one of Kargo's kinds, whose `spec` begins on line 5.
    static func document(_ kind: String, _ name: String, _ spec: String, annotations: String? = nil) -> String {
        let more = annotations.map { ", annotations: {\($0)}" } ?? ""
        return
            "apiVersion: kargo.akuity.io/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name), namespace: shop\(more)}\n"
            + "spec:\n" + spec
    }

    /// A Warehouse with subscriptions in one line, which stand on line 6.
    static func warehouse(_ subscriptions: String, name: String = "market", annotations: String? = nil) -> String {
        document("Warehouse", name, "  interval: 5m\n  subscriptions: [\(subscriptions)]", annotations: annotations)
    }

    /// A Stage that takes Freight of `market`, with its sources in one line, which stand on line 5.
    static func stage(_ name: String, _ sources: String, warehouse: String = "market") -> String {
        document(
            "Stage", name,
            "  requestedFreight: [{origin: {kind: Warehouse, name: \(warehouse)}, sources: {\(sources)}}]")
    }

    /// A StagePolicy that lets everything in.
    static func policy(_ stage: String) -> String {
        Shop.paper("  gates: []").replacing("{name: paper,", with: "{name: \(stage),")
    }

    static let image = "{image: {repoURL: ghcr.io/acme/trader}}"

    /// Two images, three Stages, and who goes by itself.
    static let pipeline = [
        ("project.yaml", Shop.projectPolicy),
        (
            "warehouse.yaml",
            """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Warehouse
            metadata:
              name: market
              namespace: shop
              annotations: {gatehouse.dev/complete-by: tag, team: trading}
              uid: 6f2b
              managedFields: [{manager: kubectl}]
            spec:
              interval: 1m30s
              freightCreationPolicy: Manual
              subscriptions:
                - image:
                    repoURL: ghcr.io/acme/trader
                    constraint: ^1.2
                    ignoreTagsRegexes: [-rc]
                    platform: linux/arm64
                    discoveryLimit: 5
                - name: reports
                  image: {repoURL: "registry.example:5000/reports", imageSelectionStrategy: NewestBuild}
                - git: {repoURL: "https://github.com/acme/deploy", branch: main}
                - chart: {repoURL: "oci://ghcr.io/acme/charts/trader", semverConstraint: ""}
            status: {lastFreightID: abc, observedGeneration: 3}
            """
        ),
        ("beta.yaml", stage("beta", "direct: true")),
        (
            "paper.yaml",
            stage(
                "paper",
                "stages: [beta], requiredSoakTime: 1h30m, autoPromotionOptions: {selectionPolicy: MatchUpstream}")
        ),
        ("live.yaml", stage("live", "stages: [beta, paper], availabilityStrategy: All")),
        (
            "config.yaml",
            document(
                "ProjectConfig", "shop",
                """
                  promotionPolicies:
                    - {stageSelector: {name: beta}, autoPromotionEnabled: true}
                    - {stage: paper, autoPromotionEnabled: false}
                    - {stageSelector: {name: "glob:p*"}, autoPromotionEnabled: true}
                """)
        ),
        ("kargo-project.yaml", "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: shop}"),
        ("beta-policy.yaml", policy("beta")), ("paper-policy.yaml", policy("paper")),
        ("live-policy.yaml", policy("live")),
    ]

    /// A set's Warehouses, Stages and promotion policies as Kargo's manifests, with names for their files.
    static func documents(of set: ManifestSet) -> [(String, String)] {
        var documents: [(String, String)] = []
        for (kind, kinds) in [("Warehouse", "warehouses"), ("Stage", "stages")] {
            for member in set.canonicalJSON["kargo"]?[kinds]?.members ?? [] {
                let annotation = member.value["completeBy"]?.string.map { "gatehouse.dev/complete-by: \($0)" }
                let spec = "  " + (member.value["spec"]?.written ?? "")
                documents.append((member.name, document(kind, member.name, spec, annotations: annotation)))
            }
        }
        let promoted = set.stages.filter(\.isAutoPromoted).map { "{stage: \($0.name), autoPromotionEnabled: true}" }
        let policies = "  promotionPolicies: [\(promoted.joined(separator: ", "))]"
        return documents + [("config", document("ProjectConfig", "shop", policies))]
    }

    /// What is told of manifests: errors if there are any, else warnings, of the last file without its name.
    static func told(_ files: [String], orchestrator: String = "gatehouse") -> [String] {
        let project = Shop.projectPolicy.replacing("gatehouse}", with: orchestrator + "}")
        let all = [("project", project)] + files.enumerated().map { ("f\($0)", $1) }
        do throws(ManifestErrors) {
            return try Shop.read(all).warnings.map(\.description)
        } catch {
            return error.errors.map(\.description)
        }
    }
}
