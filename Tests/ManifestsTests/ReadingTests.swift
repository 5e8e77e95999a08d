import Calendars
import JSON
import Manifests
import Promotions
import Testing
import Time

@Suite("Reading manifests")
struct ReadingTests {
    private static let paper = """
        apiVersion: gatehouse.dev/v1
        kind: StagePolicy
        metadata: {name: paper, namespace: shop}
        spec:
          gates:
            - {name: market-hours, market: {calendar: XNYS, closedIn: [{session: core, before: 30m, after: 20m}]}}
            - {name: no-friday-evening, window: {kind: deny, rrule: "FREQ=WEEKLY;BYDAY=FR", start: "18:00", \
        duration: 6h, timeZone: America/New_York}}
            - {name: sign-off, approval: {required: 1, validFor: 24h}}
            - {name: scheduling, verification: {suite: kwok-matrix, maxAge: 7d, mode: enforcing, run: onFreight}}
          breakGlass: {bypasses: [market-hours, no-friday-evening], maxValidFor: 1h, approvals: 1, reviewWithin: 3d}
          rollback: {gates: [sign-off]}
          queue: newestWins            # or fifo
          maxWait: 24h
          deploy: {argocd: {application: stonks-paper, helmParameter: image.tag, timeout: 10m, overrun: finish}}
          verify: [{suite: smoke, mode: enforcing, timeout: 10m}]
        """

    @Test("a policy with everything in it")
    func whole() throws {
        let policy = StagePolicy(
            stage: "paper",
            gates: [
                GateRule(
                    name: "market-hours",
                    kind: .market(
                        MarketRule(
                            calendar: "XNYS",
                            closedIn: [ClosedSession(kind: .core, before: .minutes(30), after: .minutes(20))]))),
                GateRule(
                    name: "no-friday-evening",
                    kind: .window(
                        try Window(
                            Window.Fields(
                                kind: "deny", timeZone: "America/New_York", rrule: "FREQ=WEEKLY;BYDAY=FR",
                                start: "18:00", duration: "6h")))),
                GateRule(name: "sign-off", kind: .approval(ApprovalRule(required: 1, validFor: .hours(24)))),
                GateRule(
                    name: "scheduling",
                    kind: .verification(
                        VerificationRule(suite: "kwok-matrix", maxAge: .days(7), mode: .enforcing, run: .onFreight))),
            ],
            breakGlass: .init(
                bypasses: ["market-hours", "no-friday-evening"], maxValidFor: .hours(1), approvals: 1,
                reviewWithin: .days(3)),
            rollbackGates: ["sign-off"], queue: .newestWins, maxWait: .hours(24),
            deploy: .init(
                application: "stonks-paper", helmParameter: "image.tag", timeout: .minutes(10), overrun: .finish),
            verify: [.init(suite: "smoke", mode: .enforcing, timeout: .minutes(10))])
        let (set, warnings) = try Shop.read([("all.yaml", Shop.projectPolicy + "\n---\n" + Self.paper)])
        #expect(set.projectPolicy == ProjectPolicy(project: "shop", orchestrator: .gatehouse))
        #expect(set.stagePolicies == [policy])
        #expect(warnings.isEmpty)
    }

    @Test("JSON says the same as YAML, and Stages are sorted by their names wherever they stand")
    func json() throws {
        func stage(_ name: String) -> String {
            #"{"apiVersion": "gatehouse.dev/v1", "kind": "StagePolicy", "#
                + #""metadata": {"name": "\#(name)", "namespace": "shop"}, "spec": {"gates": []}}"#
        }
        let set = try Shop.read([
            ("paper.json", stage("paper")), ("beta.json", stage("beta")), ("project.yaml", Shop.projectPolicy),
        ]).set
        #expect(set.stagePolicies == [StagePolicy(stage: "beta", gates: []), StagePolicy(stage: "paper", gates: [])])
    }

    @Test(
        "what is not written has its default",
        arguments: [
            (
                "{gates: [{name: a, market: {calendar: XNYS}}]}",
                "{gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, before: 0s, after: 0s}]}}]}"
            ),
            (
                "{gates: [{name: a, verification: {suite: s}}]}",
                "{gates: [{name: a, verification: {suite: s, mode: enforcing, run: onAsk}}]}"
            ),
            (
                "{gates: []}",
                "{gates: [], enforcement: enforce, queue: newestWins, maxWait: 1d, verify: [], skippable: true}"
            ),
            (
                "{gates: [], breakGlass: {bypasses: [freeze]}}",
                "{gates: [], breakGlass: {bypasses: [freeze], maxValidFor: 60m, approvals: 1, reviewWithin: 3d}}"
            ),
            (
                "{gates: [], deploy: {argocd: {application: a}}, verify: [{suite: s}]}",
                "{gates: [], deploy: {argocd: {application: a, timeout: 10m, overrun: finish}}, "
                    + "verify: [{suite: s, mode: enforcing, timeout: 10m}]}"
            ),
        ])
    func defaults(short: String, long: String) throws {
        #expect(try Shop.set(short) == Shop.set(long))
    }

    @Test("a time of the day means what is written, with quotes and without")
    func sexagesimal() throws {
        func set(_ start: String) throws -> ManifestSet {
            try Shop.set(
                "{gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: \(start), end: 23:30, timeZone: UTC}}]}"
            )
        }
        #expect(try set("18:00") == set("\"18:00\""))
        let written = try set("18:00").canonicalJSON["stages"]?["paper"]?["gates"]?.array?.first?["window"]
        #expect(written?["start"] == .string("18:00"))
        #expect(written?["end"] == .string("23:30"))
    }

    @Test(
        "a session may stand twice for days of which none is in both",
        arguments: [
            ("until: 2026-06-30", "from: 2026-07-01", true), ("from: 2026-07-01", "until: 2026-06-30", true),
            ("until: 2026-06-30", "from: 2026-06-30", false), ("from: 2026-06-30", "until: 2026-06-30", false),
            ("from: 2026-06-01, until: 2026-06-30", "from: 2026-06-10, until: 2026-06-11", false),
            ("from: 2026-06-01", "from: 2026-07-01", false), ("until: 2026-06-01", "until: 2026-07-01", false),
        ])
    func sessionsOfSomeDays(first: String, second: String, isAllowed: Bool) {
        let closed = "[{session: core, \(first)}, {session: core, \(second)}]"
        let spec = "  gates: [{name: a, market: {calendar: XNYS, closedIn: \(closed)}}]"
        let errors = Shop.errors([("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec))])
        #expect(errors.isEmpty == isAllowed, "\(errors)")
    }

    @Test("what a cluster and its tools add is passed over")
    func addedByOthers() throws {
        let text = """
            apiVersion: gatehouse.dev/v1
            kind: StagePolicy
            metadata:
              name: paper
              namespace: shop
              uid: 6b1c
              resourceVersion: "7"
              generation: 2
              creationTimestamp: null
              labels: {app: shop}
              annotations: {note: a}
              managedFields: [{manager: kubectl}]
            spec: {gates: []}
            status: {phase: Ready}
            """
        let set = try Shop.read([("project.yaml", Shop.projectPolicy), ("paper.yaml", "---\n---\n" + text + "\n---\n")])
            .set
        #expect(set.stagePolicies == [StagePolicy(stage: "paper", gates: [])])
    }

    @Test("the errors of all files come together")
    func collected() {
        let errors = Shop.errors([
            ("a.yaml", Shop.paper("  gates: []\n  queue: lifo\n  skippable: 1")), ("b.yaml", "["),
            ("c.yaml", Shop.projectPolicy + "\n---\nkind: 1"),
        ])
        #expect(
            errors.map { $0.prefix { $0 != " " } } == ["a.yaml:6:10:", "a.yaml:7:14:", "b.yaml:2:1:", "c.yaml:6:1:"])
    }

    @Test(
        "without a ProjectPolicy a project is refused",
        arguments: [[], [("a.yaml", Shop.paper("  gates: []"))]])
    func noProjectPolicy(files: [(String, String)]) {
        let file = files.first?.0 ?? "manifests"
        #expect(
            Shop.errors(files) == [
                "\(file):1:1: no document is the ProjectPolicy of 'shop'; add one, with spec: {orchestrator: gatehouse}"
            ])
    }

    @Test("files with nothing in them are told, and refused where there is nothing else")
    func emptyFiles() throws {
        let nothing = ["", "# nothing\n", "---\n---\n"].enumerated().map { ("\($0).yaml", $1) }
        let told = nothing.map { "\($0.0):1:1: there is no manifest here: the file is empty, or has only comments" }
        #expect(
            Shop.errors(nothing) == told.map { $0 + "; a manifest begins with apiVersion: gatehouse.dev/v1" })
        let beside = try Shop.read(nothing + [("project.yaml", Shop.projectPolicy)])
        #expect(beside.warnings.map(\.description) == told)
    }

    @Test("an Application belongs to one Stage")
    func applications() {
        let spec = "  gates: []\n  deploy: {argocd: {application: shop}}"
        let beta = Shop.paper(spec).replacing("paper", with: "beta")
        #expect(
            Shop.errors([("p.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec)), ("beta.yaml", beta)]) == [
                "beta.yaml:6:34: spec.deploy.argocd.application: the Stage 'paper' deploys this Application already, "
                    + "at paper.yaml:6:34; an Application belongs to one Stage"
            ])
    }

    @Test("what stops nothing, and what is never done, is warned of")
    func warnings() throws {
        let kargo = Shop.projectPolicy.replacing("gatehouse}", with: "kargo}")
        let paper = Shop.paper("  gates: []\n  enforcement: observe\n  deploy: {argocd: {application: shop}}")
        let warnings = try Shop.read([("project.yaml", kargo), ("paper.yaml", paper)]).warnings
        #expect(
            warnings.map(\.description) == [
                "paper.yaml:6:16: spec.enforcement: the gates of 'paper' stop nothing: they only observe",
                "paper.yaml:7:34: spec.deploy.argocd.application: Gatehouse deploys nothing in this project: "
                    + "Kargo moves its releases on; of deploy only the timeout counts here",
            ])
    }
}
