import Manifests
import Promotions
import Testing
import Time

@Suite("Reading Kargo's manifests")
struct KargoReadingTests {
    @Test("they are read as they are, beside ours")
    func pipeline() throws {
        let (set, warnings) = try Shop.read(KargoShop.pipeline)
        #expect(warnings == [])
        #expect(set.stagePolicies.map(\.stage) == ["beta", "live", "paper"])
        #expect(
            set.warehouses == [
                Warehouse(
                    name: "market", interval: .seconds(90), isAutomatic: false,
                    subscriptions: [
                        Subscription(
                            .image(
                                ImageSubscription(
                                    repository: "ghcr.io/acme/trader", constraint: "^1.2",
                                    tags: TagFilter(ignore: ["-rc"]), platform: "linux/arm64", discoveryLimit: 5))),
                        Subscription(
                            name: "reports",
                            .image(
                                ImageSubscription(repository: "registry.example:5000/reports", strategy: .newestBuild))),
                        Subscription(
                            .git(GitSubscription(repository: "https://github.com/acme/deploy", branch: "main"))),
                        Subscription(.chart(ChartSubscription(repository: "oci://ghcr.io/acme/charts/trader"))),
                    ], completeBy: .tag)
            ])
        #expect(
            set.stages == [
                Stage(
                    name: "beta", requests: [FreightRequest(warehouse: "market", isDirect: true)], isAutoPromoted: true),
                Stage(
                    name: "live",
                    requests: [FreightRequest(warehouse: "market", upstream: ["beta", "paper"], strategy: .all)]),
                Stage(
                    name: "paper",
                    requests: [
                        FreightRequest(
                            warehouse: "market", upstream: ["beta"], soak: .minutes(90), selection: .matchUpstream)
                    ]),
            ])
        #expect(set.warehouse("market") == set.warehouses.first)
        #expect(set.stage("live")?.isAutoPromoted == false)
        #expect(set.stage("prod") == nil)
    }

    @Test(
        "durations are sums of hours, minutes and seconds, rounded up to a second",
        arguments: [
            ("5m0s", 300), ("90s", 90), ("1.5h", 5_400), ("1s1m1h", 3_661), ("0.25m", 15), ("1.0001s", 2),
            ("1h", 3_600),
        ] as [(String, Int64)])
    func durations(text: String, seconds: Int64) throws {
        let warehouse = KargoShop.warehouse(KargoShop.image).replacing("5m", with: text)
        let set = try Shop.read([("p", Shop.projectPolicy), ("w", warehouse)]).set
        #expect(set.warehouses.first?.interval == .seconds(seconds))
    }

    @Test(
        "the first promotion policy that fits a Stage says whether it is promoted by itself",
        arguments: [
            ("{stageSelector: {name: beta}, autoPromotionEnabled: true}", true),
            ("{stage: beta, autoPromotionEnabled: true}", true),
            ("{stage: beta}", false),
            ("{stageSelector: {name: 'glob:*'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'glob:b?ta'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'glob:[a-c]eta'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'glob:[!b]eta'}, autoPromotionEnabled: true}", false),
            ("{stageSelector: {name: 'glob:{alpha,be*}'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'glob:{alpha,be}'}, autoPromotionEnabled: true}", false),
            ("{stageSelector: {name: 'glob:*a*a*'}, autoPromotionEnabled: true}", false),
            ("{stageSelector: {name: 'glob:et'}, autoPromotionEnabled: true}", false),
            ("{stageSelector: {name: 'regex:et'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'regex:^(alpha|beta)$'}, autoPromotionEnabled: true}", true),
            ("{stageSelector: {name: 'regex:^et'}, autoPromotionEnabled: true}", false),
            ("{stage: beta}, {stageSelector: {name: 'glob:*'}, autoPromotionEnabled: true}", false),
            ("{stage: prod}, {stageSelector: {name: 'glob:*'}, autoPromotionEnabled: true}", true),
        ])
    func autoPromotion(policies: String, isAutoPromoted: Bool) throws {
        let config = KargoShop.document("ProjectConfig", "shop", "  promotionPolicies: [\(policies)]")
        let set = try Shop.read([
            ("p", Shop.projectPolicy), ("w", KargoShop.warehouse(KargoShop.image)), ("c", config),
            ("s", KargoShop.stage("beta", "direct: true")),
        ]).set
        #expect(set.stage("beta")?.isAutoPromoted == isAutoPromoted)
    }

    @Test("what only Kargo has a use for is told and left out")
    func kargosAlone() {
        let task = KargoShop.document("PromotionTask", "push", "  steps: [{uses: git-push}]")
        #expect(
            KargoShop.told([task]) == ["f0:2:7: kind: Gatehouse has no use for a PromotionTask: nothing of it is kept"])
    }

    @Test("fields that Kargo does not have are told, with their places, and what has no value is not there")
    func unknownFields() {
        let stage = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Stage
            metadata: {name: beta, owner: me}
            spec:
              requestedFreigth: []
              shard: null
              requestedFreight:
                - origin: {kind: Warehouse, name: market, space: shop}
                  sources: {direct: true, stages: null}
            """
        #expect(
            KargoShop.told([KargoShop.warehouse(KargoShop.image), stage, KargoShop.policy("beta")]) == [
                "f1:3:24: metadata.owner: Kargo has no field 'owner' here: it is ignored",
                "f1:3:11: metadata.namespace: 'namespace' is missing: kubectl takes the one that it is set to; "
                    + "write namespace: shop",
                "f1:5:3: spec.requestedFreigth: Kargo has no field 'requestedFreigth' here: it is ignored; "
                    + "did you mean 'requestedFreight'?",
                "f1:8:47: spec.requestedFreight[0].origin.space: Kargo has no field 'space' here: it is ignored",
            ])
    }
}
