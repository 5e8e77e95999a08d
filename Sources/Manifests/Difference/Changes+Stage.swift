import JSON
import Promotions
import Time

extension Changes {
    /// Compares two policies of a Stage. One without a policy is closed.
    mutating func compare(_ old: StagePolicy?, _ new: StagePolicy?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, new == nil ? .tightens : .loosens)
            return
        }
        compareGates(old.gates, new.gates, at: path + ".gates")
        compare(
            path + ".enforcement", .string(old.enforcement.rawValue), .string(new.enforcement.rawValue),
            new.enforcement == .observe ? .loosens : .tightens)
        compare(old.breakGlass, new.breakGlass, at: path + ".breakGlass")
        compareRollback(old, new, at: path + ".rollback.gates")
        compare(path + ".queue", .string(old.queue.rawValue), .string(new.queue.rawValue), .neither)
        // Who waits longer gets in where another's promotion would have ended.
        compare(path + ".maxWait", old.maxWait, new.maxWait, longer: .loosens)
        compare(old.deploy, new.deploy, at: path + ".deploy")
        compare(old.verify, new.verify, at: path + ".verify")
        compare(
            path + ".skippable", .bool(old.isSkippable), .bool(new.isSkippable),
            new.isSkippable ? .loosens : .tightens)
    }

    /// Compares durations.
    mutating func compare(
        _ path: String, _ old: TimeSpan, _ new: TimeSpan, longer effect: ManifestDiff.Effect
    ) {
        compare(path, .string(old.text), .string(new.text), .ofMore(old, new, is: effect))
    }

    /// Compares durations of which none is the longest.
    mutating func compare(
        _ path: String, _ old: TimeSpan?, _ new: TimeSpan?, longerOrNone effect: ManifestDiff.Effect
    ) {
        let longest = TimeSpan(microseconds: .max)
        compare(
            path, old.map { .string($0.text) }, new.map { .string($0.text) },
            .ofMore(old ?? longest, new ?? longest, is: effect))
    }

    private mutating func compare(_ old: StagePolicy.BreakGlass?, _ new: StagePolicy.BreakGlass?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, new == nil ? .tightens : .loosens)
            return
        }
        let effect: ManifestDiff.Effect =
            if !Set(new.bypasses).isSubset(of: old.bypasses) {
                .loosens
            } else {
                Set(new.bypasses) == Set(old.bypasses) ? .neither : .tightens
            }
        compare(path + ".bypasses", .names(old.bypasses), .names(new.bypasses), effect)
        compare(path + ".maxValidFor", old.maxValidFor, new.maxValidFor, longer: .loosens)
        compare(
            path + ".approvals", .integer(Int64(old.approvals)), .integer(Int64(new.approvals)),
            .ofMore(old.approvals, new.approvals, is: .tightens))
        compare(path + ".reviewWithin", old.reviewWithin, new.reviewWithin, longer: .loosens)
    }

    /// Compares which of the gates that there are now stop a rollback; that gates came or went is told with the gates.
    private mutating func compareRollback(_ old: StagePolicy, _ new: StagePolicy, at path: String) {
        let names = new.gates.map(\.name)
        let before = Set(names.filter { (old.rollbackGates ?? old.gates.map(\.name)).contains($0) })
        let after = Set(new.rollbackGates ?? names)
        let effect: ManifestDiff.Effect =
            before.isSubset(of: after) ? (before == after ? .neither : .tightens) : .loosens
        compare(path, old.rollbackGates.map(JSONValue.names), new.rollbackGates.map(JSONValue.names), effect)
    }

    /// Compares deployments. With none a Freight counts as deployed without having been, so that this is no tightening.
    private mutating func compare(_ old: StagePolicy.Deploy?, _ new: StagePolicy.Deploy?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, .loosens)
            return
        }
        let path = path + ".argocd"
        compare(path + ".application", .string(old.application), .string(new.application), .loosens)
        compare(
            path + ".helmParameter", old.helmParameter.map { .string($0) }, new.helmParameter.map { .string($0) },
            .loosens)
        // What takes longer must begin earlier before a gate closes.
        compare(path + ".timeout", old.timeout, new.timeout, longer: .tightens)
        compare(
            path + ".overrun", .string(old.overrun.rawValue), .string(new.overrun.rawValue),
            new.overrun == .finish ? .loosens : .tightens)
    }

    private mutating func compare(_ old: [StagePolicy.Check], _ new: [StagePolicy.Check], at path: String) {
        for check in old {
            let path = path + "." + check.suite
            guard let now = new.first(where: { $0.suite == check.suite }) else {
                add(path, from: check.canonicalJSON, to: nil, .loosens)
                continue
            }
            compare(path, from: check.mode, to: now.mode)
            compare(path + ".timeout", check.timeout, now.timeout, longer: .neither)
        }
        for check in new where !old.contains(where: { $0.suite == check.suite }) {
            add(path + "." + check.suite, from: nil, to: check.canonicalJSON, .tightens)
        }
        compareOrder(path, old.map(\.suite), new.map(\.suite))
    }

    /// Compares whether what a suite finds counts.
    mutating func compare(_ path: String, from old: VerificationRule.Mode, to new: VerificationRule.Mode) {
        compare(
            path + ".mode", .string(old.rawValue), .string(new.rawValue), new == .advisory ? .loosens : .tightens)
    }
}
