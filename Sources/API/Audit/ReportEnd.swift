import JSON
import Ledger
import Postgres
import Store
import Time

/// What stands behind all rows of a report: the spans in which it may lack some, and where in the log its time lies.
struct ReportEnd: Sendable {
    let blind: [ReportedSpan]
    let observed: [ReportedSpan]
    private let leaves: ClosedRange<Int64>?
    private let log: SignedCheckpoint?

    /// Reads it, of a report made at an instant: what has not come yet is not told.
    init(_ question: ReportQuestion, at now: Instant, _ connection: borrowing Connection) throws {
        let time = question.from..<max(question.from, min(question.to, now))
        blind = try ReportedSpan.blind(in: time, connection)
        observed = try ReportedSpan.observed(in: time, question.search, connection)
        leaves = try LeafStore.span(from: question.from, to: question.to, connection)
        log = try CheckpointStore.newest(connection)?.signed
    }

    func writeTotals(into json: inout JSONWriter) {
        if let leaves {
            json.name("leaves")
            json.beginObject()
            json.member("first", leaves.lowerBound)
            json.member("last", leaves.upperBound)
            json.endObject()
        }
        guard let log else { return }
        json.name("checkpoint")
        json.beginObject()
        log.members(into: &json)
        json.endObject()
    }

    /// The same by names, as rows of a table have them.
    var totals: [(name: String, value: String)] {
        var rows: [(name: String, value: String)] = []
        if let leaves {
            rows += [("leaves.first", String(leaves.lowerBound)), ("leaves.last", String(leaves.upperBound))]
        }
        if let checkpoint = log?.checkpoint {
            rows += [("checkpoint.size", String(checkpoint.size)), ("checkpoint.root", checkpoint.root.base64)]
        }
        if let log { rows.append(("checkpoint.checkpoint", log.note)) }
        return rows
    }
}
