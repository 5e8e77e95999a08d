public import JSON
import Promotions

/// What one set of manifests changes of another, and whether that lets more through.
public struct ManifestDiff: Equatable, Sendable {
    /// Which way a change goes.
    public enum Effect: String, CaseIterable, Sendable {
        /// It may let something through that was held before: also what cannot be told.
        case loosens
        /// It lets less through, and nothing more.
        case tightens
        /// What is let through stays the same.
        case neither
    }

    /// One change.
    public struct Change: Equatable, Sendable {
        /// What is changed, such as `stages.paper.gates.market-hours.market.closedIn[0].before`.
        public let path: String
        /// What it was, in canonical form; nothing where it was not there.
        public let from: JSONValue?
        /// What it is now; nothing where it is no longer there.
        public let to: JSONValue?
        /// Which way the change goes.
        public let effect: Effect
    }

    /// The changes: those of the project, then those of each Stage's policy by its name, then those of Kargo's kinds.
    public let changes: [Change]

    /// Whether any of the changes loosens: then it takes more authority.
    public var loosens: Bool { changes.contains { $0.effect == .loosens } }

    /// What is different in `new`; a project without manifests has closed Stages only, so that all of it loosens.
    public init(from old: ManifestSet?, to new: ManifestSet) {
        var changes = Changes()
        changes.compare(old?.projectPolicy, new.projectPolicy)
        for stage in Set((old?.stagePolicies ?? []).map(\.stage) + new.stagePolicies.map(\.stage)).sorted() {
            changes.compare(old?[stage], new[stage], at: "stages." + stage)
        }
        for name in Set((old?.warehouses ?? []).map(\.name) + new.warehouses.map(\.name)).sorted() {
            changes.compare(old?.warehouse(name), new.warehouse(name), at: "kargo.warehouses." + name)
        }
        for name in Set((old?.stages ?? []).map(\.name) + new.stages.map(\.name)).sorted() {
            changes.compare(old?.stage(name), new.stage(name), at: "kargo.stages." + name)
        }
        self.changes = changes.list
    }
}

/// The changes that have been found so far.
struct Changes {
    private(set) var list: [ManifestDiff.Change] = []

    /// Adds a change.
    mutating func add(_ path: String, from: JSONValue?, to: JSONValue?, _ effect: ManifestDiff.Effect) {
        list.append(ManifestDiff.Change(path: path, from: from, to: to, effect: effect))
    }

    /// Adds a change if the two are not the same.
    mutating func compare(_ path: String, _ from: JSONValue?, _ to: JSONValue?, _ effect: ManifestDiff.Effect) {
        if from != to { add(path, from: from, to: to, effect) }
    }

    /// Adds that two lists, which have been compared element by element, have another order.
    mutating func compareOrder(_ path: String, _ from: [String], _ to: [String]) {
        let (before, after) = (from.filter(to.contains), to.filter(from.contains))
        compare(path, .names(before), .names(after), .neither)
    }

    /// Compares what holds for the whole project.
    mutating func compare(_ policy: ProjectPolicy?, _ new: ProjectPolicy) {
        compare(
            "projectPolicy.orchestrator", policy.map { .string($0.orchestrator.rawValue) },
            .string(new.orchestrator.rawValue), .loosens)
        compare(
            "projectPolicy.changeApprovals", policy.map { .integer(Int64($0.changeApprovals)) },
            .integer(Int64(new.changeApprovals)),
            .ofMore(policy.map(\.changeApprovals) ?? 0, new.changeApprovals, is: .tightens))
    }
}

extension ManifestDiff.Effect {
    /// What a change means where more has this effect, and less the opposite.
    static func ofMore<Amount: Comparable>(_ old: Amount, _ new: Amount, is effect: Self) -> Self {
        if old == new { return .neither }
        return old < new ? effect : effect.opposite
    }

    private var opposite: Self {
        switch self {
        case .loosens: .tightens
        case .tightens: .loosens
        case .neither: .neither
        }
    }
}
