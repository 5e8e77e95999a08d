import JSON
import Promotions
import Store

/// What the changes of a report come to.
struct ReportTotals: Sendable {
    private(set) var changes: Int64 = 0
    private var byKind: [String: Int64] = [:]
    private var byPhase: [String: Int64] = [:]
    private var bySession: [String: Int64] = [:]
    private(set) var overrides: Int64 = 0
    private var reviewsMissing: Int64 = 0
    private var observed: Int64 = 0
    private var unsealed: Int64 = 0

    mutating func count(_ change: Change) {
        changes += 1
        byKind[change.row.promotion.kind.rawValue, default: 0] += 1
        byPhase[change.row.promotion.phase.rawValue, default: 0] += 1
        bySession[change.start.session?["session"]?.string ?? "unknown", default: 0] += 1
        if change.start.isObserved { observed += 1 }
        if change.start.event.leaf == nil { unsealed += 1 }
    }

    /// A use of break-glass counts by itself, when it was used: one may have let several tries in, or none that went on.
    mutating func count(_ override: OverrideStore.Row) {
        overrides += 1
        if override.review == nil { reviewsMissing += 1 }
    }

    func write(into json: inout JSONWriter) {
        json.member("changes", changes)
        for (name, counts) in counts {
            json.name(given: name)
            json.value(.object(counts.map { .init($0.key, .integer($0.value)) }))
        }
        for (name, number) in numbers {
            json.name(given: name)
            json.value(number)
        }
    }

    /// The same by names, as rows of a table have them.
    var named: [(name: String, value: String)] {
        let parts = counts.flatMap { group in
            group.counts.map { (name: "\(group.name).\($0.key)", value: String($0.value)) }
        }
        return [("changes", String(changes))] + parts + numbers.map { ($0.name, String($0.number)) }
    }

    private var counts: [(name: String, counts: [(key: String, value: Int64)])] {
        [("byKind", byKind), ("byPhase", byPhase), ("bySession", bySession)].map { name, counts in
            (name, counts.sorted { $0.key < $1.key })
        }
    }

    private var numbers: [(name: String, number: Int64)] {
        [
            ("overrides", overrides), ("reviewsMissing", reviewsMissing), ("observed", observed),
            ("unsealed", unsealed),
        ]
    }
}
