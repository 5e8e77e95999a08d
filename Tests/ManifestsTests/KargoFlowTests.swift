import Manifests
import Testing

@Suite("What Kargo's manifests say of one another")
struct KargoFlowTests {
    private let warehouse = KargoShop.warehouse(KargoShop.image)

    private func policies(_ stages: String...) -> [String] { stages.map(KargoShop.policy) }

    @Test("a Stage takes Freight of Warehouses and Stages that are there")
    func missing() {
        #expect(
            KargoShop.told(
                [warehouse, KargoShop.stage("beta", "direct: true", warehouse: "markets")] + policies("beta")) == [
                    "f1:5:55: spec.requestedFreight[0].origin.name: there is no Warehouse 'markets' here; "
                        + "did you mean 'market'?"
                ])
        #expect(
            KargoShop.told(
                [warehouse, KargoShop.stage("paper", "stages: [beta]")] + policies("paper")) == [
                    "f1:5:83: spec.requestedFreight[0].sources.stages[0]: there is no Stage 'beta' here; "
                        + "known are: paper"
                ])
    }

    @Test("a Stage whose document cannot be read is there all the same")
    func unreadable() {
        #expect(
            KargoShop.told(
                [
                    warehouse, KargoShop.stage("beta", "direct: maybe"), KargoShop.stage("paper", "stages: [beta]"),
                ] + policies("beta", "paper")) == [
                    "f1:5:82: spec.requestedFreight[0].sources.direct: must be true or false, not a text",
                    "f1:5:73: spec.requestedFreight[0].sources: the Freight comes from nowhere; "
                        + "write direct: true, or name stages",
                ])
    }

    @Test("what cannot be read at all may be what seems to be missing; what has no use here may not")
    func unread() {
        let paper = KargoShop.stage("paper", "stages: [beta]")
        let elsewhere = KargoShop.stage("beta", "direct: true").replacing("namespace: shop", with: "namespace: store")
        for broken in [elsewhere, "a: [", "kind: Stage"] {
            #expect(KargoShop.told([warehouse, paper, broken] + policies("paper")).count == 1)
        }
        let task = KargoShop.document("PromotionTask", "push", "  steps: []")
        let told = KargoShop.told([warehouse, paper, task] + policies("paper"))
        #expect(told.map { $0.contains("there is no Stage 'beta' here") } == [true])
    }

    @Test("Freight that would go in a circle is refused with its way")
    func circle() {
        let stages = [
            KargoShop.stage("beta", "stages: [live]"), KargoShop.stage("paper", "stages: [beta]"),
            KargoShop.stage("live", "stages: [paper], direct: true"),
        ]
        #expect(
            KargoShop.told([warehouse] + stages + policies("beta", "paper", "live")) == [
                "f1:5:55: spec.requestedFreight[0].origin.name: Freight of 'market' goes in a circle: "
                    + "beta → paper → live → beta; one of them must take it from another Stage, "
                    + "or straight from the Warehouse"
            ])
        #expect(
            KargoShop.told([warehouse, KargoShop.stage("beta", "stages: [beta]")] + policies("beta")).first?
                .contains("in a circle: beta → beta;") == true)
    }

    @Test("Freight of two Warehouses may go opposite ways")
    func opposite() {
        let other = KargoShop.warehouse(KargoShop.image, name: "reports")
        let requests = ["{kind: Warehouse, name: market}", "{kind: Warehouse, name: reports}"]
        let beta = KargoShop.document(
            "Stage", "beta",
            "  requestedFreight: [{origin: \(requests[0]), sources: {direct: true}}, "
                + "{origin: \(requests[1]), sources: {stages: [paper]}}]")
        let paper = KargoShop.document(
            "Stage", "paper",
            "  requestedFreight: [{origin: \(requests[1]), sources: {direct: true}}, "
                + "{origin: \(requests[0]), sources: {stages: [beta]}}]")
        #expect(KargoShop.told([warehouse, other, beta, paper] + policies("beta", "paper")) == [])
    }

    @Test("a Stage before that takes no such Freight is told")
    func nothingComes() {
        let other = KargoShop.warehouse(KargoShop.image, name: "reports")
        let stages = [
            KargoShop.stage("beta", "direct: true"), KargoShop.stage("paper", "stages: [beta]", warehouse: "reports"),
        ]
        #expect(
            KargoShop.told([warehouse, other] + stages + policies("beta", "paper")) == [
                "f3:5:84: spec.requestedFreight[0].sources.stages[0]: 'beta' takes no Freight of 'reports': "
                    + "none comes from there"
            ])
    }

    @Test("where there are Stages, a policy is for one of them, and a Stage without one stays closed")
    func policiesAndStages() {
        let beta = KargoShop.stage("beta", "direct: true")
        #expect(
            KargoShop.told([warehouse, beta] + policies("beta", "bta")) == [
                "f3:3:18: metadata.name: the policy is for a Stage that is not here: 'bta'; did you mean 'beta'?"
            ])
        #expect(
            KargoShop.told([warehouse, beta]) == [
                "f1:3:18: metadata.name: the Stage 'beta' has no StagePolicy: it stays closed; "
                    + "an open one has spec: {gates: []}"
            ])
        #expect(KargoShop.told([warehouse] + policies("beta")) == [])
    }

    @Test("each is there once")
    func twice() {
        #expect(
            KargoShop.told([warehouse, warehouse]) == [
                "f1:3:18: metadata.name: the Warehouse 'market' is already there, at f0:3:18; remove one of the two"
            ])
        #expect(
            KargoShop.told([KargoShop.document("ProjectConfig", "store", "  promotionPolicies: []")]) == [
                "f0:3:18: metadata.name: a ProjectConfig has the name of its project, 'shop'; write name: shop"
            ])
        let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: store}"
        #expect(
            KargoShop.told([project]) == [
                "f0:3:18: metadata.name: a Project has the name of its project, 'shop'; write name: shop"
            ])
    }

    @Test("a promotion policy for a Stage that is not there is told")
    func policyForNone() {
        let config = KargoShop.document("ProjectConfig", "shop", "  promotionPolicies: [{stage: bta}]")
        #expect(
            KargoShop.told([warehouse, KargoShop.stage("beta", "direct: true"), config] + policies("beta")) == [
                "f2:5:31: spec.promotionPolicies[0].stage: there is no Stage 'bta' here; did you mean 'beta'?"
            ])
    }
}

@Suite("Kargo's promotion steps")
struct KargoStepTests {
    private static let steps = """
          requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              vars: [{name: app, value: trader}]
              steps:
                - {uses: git-clone, config: {repoURL: "https://github.com/acme/deploy"}}
                - uses: kustomize-set-image
                  config: {images: [{image: ghcr.io/acme/trader}, {image: ghcr.io/acme/reports}, {image: "${{ vars.i }}"}]}
                - uses: yaml-update
                  as: update
                  config: {updates: [{key: tag, value: '${{ imageFrom("ghcr.io/acme/risk").Tag }}'}]}
                - {uses: git-clone}
                - {task: {name: sync}}
        """
    /// The Stage with these steps.
    static let stage = KargoShop.document("Stage", "beta", steps)
    private let files = [KargoShop.warehouse(KargoShop.image), stage]
    private let images = [
        "f1:12:67: spec.promotionTemplate.spec.steps[1].config.images[1].image: no Warehouse of this Stage looks for "
            + "'ghcr.io/acme/reports', which its steps use; add a subscription: market has 1 of the images",
        "f1:15:48: spec.promotionTemplate.spec.steps[2].config.updates[0].value: no Warehouse of this Stage looks for "
            + "'ghcr.io/acme/risk', which its steps use; add a subscription: market has 1 of the images",
    ]

    @Test("Gatehouse says that it does not run them, and images that nobody looks for")
    func notRun() {
        let steps = "f1:10:9: spec.promotionTemplate.spec.steps: Gatehouse does not run these steps "
        let names = "(git-clone, kustomize-set-image, yaml-update, sync); "
        #expect(
            KargoShop.told(files + [KargoShop.policy("beta")]) == images + [
                steps + names + "deploy in the StagePolicy says what to do"
            ])
        let deploy = Shop.paper("  {gates: [], deploy: {argocd: {application: a}}}").replacing("paper", with: "beta")
        #expect(
            KargoShop.told(files + [deploy]) == images + [steps + names + "it does what deploy in the StagePolicy says"]
        )
    }

    @Test("in a project of Kargo's they are Kargo's")
    func ofKargo() {
        #expect(KargoShop.told(files + [KargoShop.policy("beta")], orchestrator: "kargo") == images)
    }

    @Test("a step does one thing")
    func oneThing() {
        let stage = KargoShop.document(
            "Stage", "beta",
            "  promotionTemplate: {spec: {steps: [{as: a}, {uses: http, task: {name: b}}]}}\n"
                + "  requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}]")
        #expect(
            KargoShop.told([KargoShop.warehouse(KargoShop.image), stage, KargoShop.policy("beta")]) == [
                "f1:5:38: spec.promotionTemplate.spec.steps[0]: the step does nothing; write uses or task",
                "f1:5:66: spec.promotionTemplate.spec.steps[1].task: Kargo refuses a step with both uses and task; "
                    + "remove one of the two",
            ])
    }
}
