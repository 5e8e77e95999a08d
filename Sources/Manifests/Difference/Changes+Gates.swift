import Calendars
import JSON
import Promotions
import Time

extension Changes {
    /// Compares the gates of a Stage by their names.
    mutating func compareGates(_ old: [GateRule], _ new: [GateRule], at path: String) {
        for gate in old {
            let path = path + "." + gate.name
            if let now = new.first(where: { $0.name == gate.name }) {
                compare(gate, now, at: path)
            } else {
                add(path, from: gate.canonicalJSON, to: nil, .loosens)
            }
        }
        for gate in new where !old.contains(where: { $0.name == gate.name }) {
            add(path + "." + gate.name, from: nil, to: gate.canonicalJSON, .tightens)
        }
        compareOrder(path, old.map(\.name), new.map(\.name))
    }

    private mutating func compare(_ old: GateRule, _ new: GateRule, at path: String) {
        let inner = path + "." + new.kind.name
        switch (old.kind, new.kind) {
        case (.market(let old), .market(let new)): compare(old, new, at: inner)
        case (.window(let old), .window(let new)): compare(old, new, at: inner)
        case (.approval(let old), .approval(let new)): compare(old, new, at: inner)
        case (.soak(let old), .soak(let new)): compare(inner + ".for", old, new, longer: .tightens)
        case (.verification(let old), .verification(let new)): compare(old, new, at: inner)
        default: add(path, from: old.canonicalJSON, to: new.canonicalJSON, .loosens)
        }
    }

    /// Compares windows field by field; when a gate is closed by another rule cannot be compared.
    private mutating func compare(_ old: Window, _ new: Window, at path: String) {
        let (before, after) = (old.canonicalJSON, new.canonicalJSON)
        for name in Window.Fields.names { compare(path + "." + name, before[name], after[name], .loosens) }
    }

    private mutating func compare(_ old: ApprovalRule, _ new: ApprovalRule, at path: String) {
        compare(
            path + ".required", .integer(Int64(old.required)), .integer(Int64(new.required)),
            .ofMore(old.required, new.required, is: .tightens))
        compare(path + ".validFor", old.validFor, new.validFor, longerOrNone: .loosens)
    }

    private mutating func compare(_ old: VerificationRule, _ new: VerificationRule, at path: String) {
        compare(path + ".suite", .string(old.suite), .string(new.suite), .loosens)
        compare(path + ".maxAge", old.maxAge, new.maxAge, longerOrNone: .loosens)
        compare(path, from: old.mode, to: new.mode)
        compare(path + ".run", .string(old.run.rawValue), .string(new.run.rawValue), .neither)
    }

    private mutating func compare(_ old: MarketRule, _ new: MarketRule, at path: String) {
        compare(path + ".calendar", .string(old.calendar), .string(new.calendar), .loosens)
        let path = path + ".closedIn"
        let pairs = old.closedIn.map { session in (session, new.closedIn.first { $0.isSameDays(as: session) }) }
        for (index, (session, now)) in pairs.enumerated() {
            let path = path + "[\(index)]"
            guard let now else {
                add(path, from: session.canonicalJSON, to: nil, .loosens)
                continue
            }
            compare(path + ".before", session.before, now.before, longer: .tightens)
            compare(path + ".after", session.after, now.after, longer: .tightens)
        }
        for (index, session) in new.closedIn.enumerated() where !old.closedIn.contains(where: session.isSameDays) {
            add(
                path + "[\(index)]", from: nil, to: session.canonicalJSON,
                session.covers(old.closedIn) ? .tightens : .loosens)
        }
        compareOrder(path, old.closedIn.map(\.days), new.closedIn.map(\.days))
    }
}

extension ClosedSession {
    /// The session and its days, as a text.
    fileprivate var days: String {
        kind.rawValue + (from.map { " from \($0.text)" } ?? "") + (until.map { " until \($0.text)" } ?? "")
    }

    /// Whether it is the same session of the same days.
    fileprivate func isSameDays(as other: ClosedSession) -> Bool { days == other.days }

    /// Whether the gate stays closed where it was when this session comes beside others.
    ///
    /// Where two sessions touch there is no margin: a new one in front of another takes the other's margin away, and
    /// has to be as far-reaching itself.
    fileprivate func covers(_ others: [ClosedSession]) -> Bool {
        others.allSatisfy { $0.before <= before && $0.after <= after }
    }
}
