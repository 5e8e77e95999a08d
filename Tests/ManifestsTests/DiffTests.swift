import JSON
import Manifests
import Promotions
import SeededTesting
import Testing

@Suite("What manifests change")
struct DiffTests {
    private static let market = "{name: m, market: {calendar: XNYS, closedIn: "
    private static let window = "{name: w, window: {kind: deny, rrule: FREQ=DAILY, start: 18:00, timeZone: UTC, "

    /// Changes one way, which loosens; the other way round each of them tightens.
    private static let loosening: [(old: String, new: String, path: String)] = [
        ("gates: [{name: a, soak: {for: 1h}}]", "gates: []", "gates.a"),
        ("gates: [], enforcement: enforce", "gates: [], enforcement: observe", "enforcement"),
        (
            "gates: [\(market)[{session: core, before: 30m}]}}]", "gates: [\(market)[{session: core, before: 29m}]}}]",
            "gates.m.market.closedIn[0].before"
        ),
        (
            "gates: [\(market)[{session: core, after: 1h}]}}]", "gates: [\(market)[core]}}]",
            "gates.m.market.closedIn[0].after"
        ),
        ("gates: [\(market)[core, pre]}}]", "gates: [\(market)[core]}}]", "gates.m.market.closedIn[1]"),
        (
            "gates: [{name: a, approval: {required: 2}}]", "gates: [{name: a, approval: {required: 1}}]",
            "gates.a.approval.required"
        ),
        (
            "gates: [{name: a, approval: {required: 1, validFor: 1h}}]",
            "gates: [{name: a, approval: {required: 1, validFor: 2h}}]", "gates.a.approval.validFor"
        ),
        (
            "gates: [{name: a, approval: {required: 1, validFor: 1h}}]", "gates: [{name: a, approval: {required: 1}}]",
            "gates.a.approval.validFor"
        ),
        ("gates: [{name: a, soak: {for: 2h}}]", "gates: [{name: a, soak: {for: 1h}}]", "gates.a.soak.for"),
        (
            "gates: [{name: a, verification: {suite: s}}]",
            "gates: [{name: a, verification: {suite: s, mode: advisory}}]",
            "gates.a.verification.mode"
        ),
        (
            "gates: [{name: a, verification: {suite: s, maxAge: 1d}}]", "gates: [{name: a, verification: {suite: s}}]",
            "gates.a.verification.maxAge"
        ),
        ("gates: []", "gates: [], breakGlass: {bypasses: [freeze]}", "breakGlass"),
        (
            "gates: [], breakGlass: {bypasses: [freeze]}", "gates: [], breakGlass: {bypasses: [freeze, availability]}",
            "breakGlass.bypasses"
        ),
        (
            "gates: [], breakGlass: {bypasses: [freeze]}",
            "gates: [], breakGlass: {bypasses: [freeze], maxValidFor: 2h}",
            "breakGlass.maxValidFor"
        ),
        (
            "gates: [], breakGlass: {bypasses: [freeze]}", "gates: [], breakGlass: {bypasses: [freeze], approvals: 0}",
            "breakGlass.approvals"
        ),
        (
            "gates: [], breakGlass: {bypasses: [freeze]}",
            "gates: [], breakGlass: {bypasses: [freeze], reviewWithin: 4d}", "breakGlass.reviewWithin"
        ),
        (
            "gates: [{name: a, soak: {for: 2h}}]", "gates: [{name: a, soak: {for: 2h}}], rollback: {gates: []}",
            "rollback.gates"
        ),
        ("gates: [], maxWait: 1h", "gates: [], maxWait: 2h", "maxWait"),
        ("gates: [], skippable: false", "gates: [], skippable: true", "skippable"),
        (
            "gates: [], deploy: {argocd: {application: a, timeout: 9m}}",
            "gates: [], deploy: {argocd: {application: a, timeout: 8m}}", "deploy.argocd.timeout"
        ),
        (
            "gates: [], deploy: {argocd: {application: a, overrun: abort}}",
            "gates: [], deploy: {argocd: {application: a, overrun: finish}}", "deploy.argocd.overrun"
        ),
        ("gates: [], verify: [{suite: s}]", "gates: []", "verify.s"),
        ("gates: [], verify: [{suite: s}]", "gates: [], verify: [{suite: s, mode: advisory}]", "verify.s.mode"),
    ]

    /// Changes of which nobody can tell that they only tighten, either way.
    private static let neverOnlyTightening: [(old: String, new: String, paths: [String])] = [
        (
            "gates: [{name: a, soak: {for: 1h}}]", "gates: [{name: a, approval: {required: 1}}]", ["gates.a"]
        ),
        ("gates: [\(window)duration: 6h}}]", "gates: [\(window)duration: 7h}}]", ["gates.w.window.duration"]),
        (
            "gates: [\(window)duration: 6h}}]", "gates: [\(window)end: 24:00}}]",
            ["gates.w.window.end", "gates.w.window.duration"]
        ),
        (
            "gates: [\(market)[core]}}]", "gates: [{name: m, market: {calendar: XLON}}]", ["gates.m.market.calendar"]
        ),
        (
            "gates: [{name: a, verification: {suite: s}}]", "gates: [{name: a, verification: {suite: t}}]",
            ["gates.a.verification.suite"]
        ),
        ("gates: []", "gates: [], deploy: {argocd: {application: a}}", ["deploy"]),
        (
            "gates: [], deploy: {argocd: {application: a}}", "gates: [], deploy: {argocd: {application: b}}",
            ["deploy.argocd.application"]
        ),
    ]

    /// Changes after which the same is let through.
    private static let neither: [(old: String, new: String, path: String)] = [
        ("gates: [], queue: fifo", "gates: []", "queue"),
        (
            "gates: [{name: a, soak: {for: 1h}}, {name: b, soak: {for: 1h}}]",
            "gates: [{name: b, soak: {for: 1h}}, {name: a, soak: {for: 1h}}]", "gates"
        ),
        ("gates: [\(market)[core, pre]}}]", "gates: [\(market)[pre, core]}}]", "gates.m.market.closedIn"),
        (
            "gates: [{name: a, verification: {suite: s}}]", "gates: [{name: a, verification: {suite: s, run: manual}}]",
            "gates.a.verification.run"
        ),
        (
            "gates: [{name: a, soak: {for: 2h}}]", "gates: [{name: a, soak: {for: 2h}}], rollback: {gates: [a]}",
            "rollback.gates"
        ),
        ("gates: [], verify: [{suite: s}]", "gates: [], verify: [{suite: s, timeout: 1h}]", "verify.s.timeout"),
    ]

    /// The changes between two specs of `paper`, as `path effect`.
    private func changes(_ old: String, _ new: String) throws -> [String] {
        let diff = ManifestDiff(from: try Shop.set("{\(old)}"), to: try Shop.set("{\(new)}"))
        #expect(diff.loosens == diff.changes.contains { $0.effect == .loosens })
        return diff.changes.map { "\($0.path) \($0.effect)" }
    }

    @Test("one way it loosens, the other way it tightens", arguments: loosening)
    func bothWays(old: String, new: String, path: String) throws {
        #expect(try changes(old, new) == ["stages.paper.\(path) loosens"])
        #expect(try changes(new, old) == ["stages.paper.\(path) tightens"])
    }

    @Test("what cannot be told loosens", arguments: neverOnlyTightening)
    func unclear(old: String, new: String, paths: [String]) throws {
        let expected = paths.map { "stages.paper.\($0) loosens" }
        #expect(try changes(old, new) == expected)
        #expect(try changes(new, old) == expected)
    }

    @Test("some changes do neither", arguments: neither)
    func neutral(old: String, new: String, path: String) throws {
        #expect(try changes(old, new) == ["stages.paper.\(path) neither"])
        #expect(try changes(new, old) == ["stages.paper.\(path) neither"])
    }

    @Test("a session in front of another takes its margin away: that loosens, unless its own is as long")
    func swallowedMargin() throws {
        let core = "gates: [\(Self.market)[{session: core, before: 6h}]}}]"
        let short = "gates: [\(Self.market)[{session: core, before: 6h}, pre]}}]"
        let long = "gates: [\(Self.market)[{session: core, before: 6h}, {session: pre, before: 6h}]}}]"
        #expect(try changes(core, short) == ["stages.paper.gates.m.market.closedIn[1] loosens"])
        #expect(try changes(core, long) == ["stages.paper.gates.m.market.closedIn[1] tightens"])
    }

    @Test("other days of a session are another session")
    func otherDays() throws {
        let always = "gates: [\(Self.market)[core]}}]"
        let later = "gates: [\(Self.market)[{session: core, from: 2026-07-01}]}}]"
        #expect(
            try changes(always, later) == [
                "stages.paper.gates.m.market.closedIn[0] loosens", "stages.paper.gates.m.market.closedIn[0] tightens",
            ])
    }

    @Test("a gate that comes or goes is told once, not with the rollback's gates as well")
    func gatesOfRollbacks() throws {
        let one = "gates: [{name: a, soak: {for: 1h}}], rollback: {gates: [a]}"
        let none = "gates: [], rollback: {gates: []}"
        #expect(
            try changes(one, none) == ["stages.paper.gates.a loosens", "stages.paper.rollback.gates neither"])
        #expect(
            try changes(none, one) == ["stages.paper.gates.a tightens", "stages.paper.rollback.gates tightens"])
    }

    @Test("a Stage without a policy is closed: a policy that comes loosens, one that goes tightens")
    func stages() throws {
        let without = try Shop.read([("project.yaml", Shop.projectPolicy)]).set
        let with = try Shop.set("{gates: []}")
        let policy = with.canonicalJSON["stages"]?["paper"]
        #expect(
            ManifestDiff(from: without, to: with).changes.map { [$0.from, $0.to] } == [[nil, policy]])
        #expect(ManifestDiff(from: without, to: with).loosens)
        #expect(
            ManifestDiff(from: with, to: without).changes.map { [$0.from, $0.to] } == [[policy, nil]])
        #expect(!ManifestDiff(from: with, to: without).loosens)
    }

    @Test("a project's first manifests loosen; fewer approvals of changes, and another orchestrator, do too")
    func projects() throws {
        func diff(_ old: ProjectPolicy?, _ new: ProjectPolicy) -> [String] {
            let old = old.map { ManifestSet(projectPolicy: $0, stagePolicies: []) }
            return ManifestDiff(from: old, to: ManifestSet(projectPolicy: new, stagePolicies: [])).changes
                .map { "\($0.path) \($0.from?.written ?? "-") \($0.to?.written ?? "-") \($0.effect)" }
        }
        let strict = ProjectPolicy(project: "shop", orchestrator: .gatehouse, changeApprovals: 2)
        let weak = ProjectPolicy(project: "shop", orchestrator: .gatehouse, changeApprovals: 1)
        let kargo = ProjectPolicy(project: "shop", orchestrator: .kargo, changeApprovals: 2)
        #expect(diff(strict, weak) == ["projectPolicy.changeApprovals 2 1 loosens"])
        #expect(diff(weak, strict) == ["projectPolicy.changeApprovals 1 2 tightens"])
        #expect(diff(strict, kargo) == [#"projectPolicy.orchestrator "gatehouse" "kargo" loosens"#])
        #expect(diff(kargo, strict) == [#"projectPolicy.orchestrator "kargo" "gatehouse" loosens"#])
        #expect(
            diff(nil, strict) == [
                #"projectPolicy.orchestrator - "gatehouse" loosens"#, "projectPolicy.changeApprovals - 2 tightens",
            ])
    }

    @Test("nothing is different exactly where the canonical forms are the same")
    func complete() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("policies were drawn with the seed \(seed)")
        var policies = RandomPolicies(generator: Seeded(seed: seed))
        var last = try policies.set()
        for _ in 0..<300 {
            let next = try policies.set()
            #expect(ManifestDiff(from: last, to: last).changes.isEmpty, "seed \(seed)")
            #expect(ManifestDiff(from: last, to: next).changes.isEmpty == (last == next), "seed \(seed)")
            last = next
        }
    }
}
