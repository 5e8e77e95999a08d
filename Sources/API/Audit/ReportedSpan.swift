import Engine
import JSON
import Manifests
import Postgres
import Promotions
import Store
import Time

/// A part of a report's time in which something was so.
struct ReportedSpan: Sendable {
    /// Where; nothing where it was so everywhere.
    let place: StageKey?
    let from: Instant
    private(set) var to: Instant

    /// The part that lies in a report's time; nothing if there is none.
    private init?(_ place: StageKey? = nil, from: Instant, to: Instant, in time: Range<Instant>) {
        self.place = place
        self.from = max(from, time.lowerBound)
        self.to = min(to, time.upperBound)
        guard self.from < self.to else { return nil }
    }

    fileprivate func lasting(until end: Instant) -> ReportedSpan {
        var span = self
        span.to = end
        return span
    }

    func write(into json: inout JSONWriter) {
        json.member("project", place?.project)
        json.member("stage", place?.stage)
        json.member("from", from.text)
        json.member("to", to.text)
    }

    /// The span as a row of a table.
    func csv(_ kind: ReportTable.Kind) -> [UInt8] {
        var values: ReportTable.Values = [.startedAt: from.text, .endedAt: to.text]
        values[.project] = place?.project
        values[.stage] = place?.stage
        return ReportTable.row(kind, values)
    }
}

extension ReportedSpan {
    private static let batch = 100

    /// When no server could tell whether anything may go in: as the log says, and since the last note of one.
    static func blind(
        in time: Range<Instant>, _ connection: borrowing Connection
    ) throws(PostgresError) -> [ReportedSpan] {
        var search = AuditSearch()
        search.code = .exactly("watch.interrupted")
        (search.from, search.isAscending) = (time.lowerBound, true)
        var (spans, place): ([ReportedSpan], AuditPlace?) = ([], nil)
        repeat {
            let part = try AuditQueryStore.part(of: search, after: place, limit: batch, connection)
            for event in part.events {
                guard let since = pause(event) else { continue }
                // They follow one another: the first that begins after the time is the end.
                guard since < time.upperBound else { return spans }
                if let span = ReportedSpan(from: since, to: event.place.at, in: time) { spans.append(span) }
            }
            place = part.next
        } while place != nil
        if let last = try WatchStore.last(connection), time.upperBound - last > Watch.patience,
            let span = ReportedSpan(from: last, to: time.upperBound, in: time)
        {
            spans.append(span)
        }
        return spans
    }

    private static func pause(_ event: KeptEvent) -> Instant? {
        let document = try? JSONValue(parsing: event.bytes)
        return document?["details"]?["since"]?.string.flatMap { try? Instant(parsing: $0) }
    }

    /// When the gates of Stages stopped nothing, by the manifests that were in force.
    static func observed(
        in time: Range<Instant>, _ search: AuditSearch, _ connection: borrowing Connection
    ) throws -> [ReportedSpan] {
        let revisions = try RevisionStore.inForce(
            in: search.project, from: time.lowerBound, to: time.upperBound,
            containing: "\"\(StagePolicy.Enforcement.observe.rawValue)\"", connection)
        var spans: [StageKey: [ReportedSpan]] = [:]
        for revision in revisions {
            let set = try ManifestSet(canonical: JSONValue(parsing: Array(revision.document.utf8)))
            for policy in set.stagePolicies
            where policy.enforcement == .observe && search.reaches(revision.project, policy.stage) {
                let place = StageKey(policy.stage, of: revision.project)
                let end = revision.until ?? time.upperBound
                guard let span = ReportedSpan(place, from: revision.from, to: end, in: time) else { continue }
                let known = spans[place, default: []]
                spans[place] = known.last?.to == span.from ? known.lengthened(to: span.to) : known + [span]
            }
        }
        return spans.sorted { ($0.key.project, $0.key.stage) < ($1.key.project, $1.key.stage) }.flatMap(\.value)
    }
}

extension [ReportedSpan] {
    /// The same, the last of them with another end: two revisions that say one thing are one span.
    fileprivate func lengthened(to end: Instant) -> [ReportedSpan] {
        var spans = self
        if let last = spans.popLast() { spans.append(last.lasting(until: end)) }
        return spans
    }
}
