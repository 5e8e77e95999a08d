import Engine
import HTTPServer
import JSON
import Observability
import Postgres
import Promotions
import Store
import Time

/// Every change of a time, one after the other, and then what they come to.
struct ChangeReport: Sendable {
    /// What the changes come to.
    private struct Totals: Sendable {
        var changes: Int64 = 0
        var byKind: [String: Int64] = [:]
        var byPhase: [String: Int64] = [:]
        var bySession: [String: Int64] = [:]
        var overrides: Int64 = 0
        var reviewsMissing: Int64 = 0
        var observed: Int64 = 0

        mutating func count(_ change: Change) {
            changes += 1
            byKind[change.row.promotion.kind.rawValue, default: 0] += 1
            byPhase[change.row.promotion.phase.rawValue, default: 0] += 1
            bySession[change.start.session?["session"]?.string ?? "unknown", default: 0] += 1
            if let override = change.override {
                overrides += 1
                if override.review == nil { reviewsMissing += 1 }
            }
            if change.start.isObserved { observed += 1 }
        }
    }

    private static let batch = 250

    let question: ReportQuestion
    let isCSV: Bool
    let service: Service

    /// The answer. Where it breaks off, its connection does.
    var response: Response {
        let report = self
        let type = isCSV ? "text/csv; charset=utf-8" : "application/json"
        var response = Response(contentType: type) { await report.send(to: $0) }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    private func send(to stream: ResponseStream) async {
        do {
            var totals = Totals()
            try await stream.write(isCSV ? Change.columns : head)
            var place: AuditPlace?
            repeat {
                let (changes, next) = try await changes(after: place)
                try await stream.write(bytes(of: changes, isFirst: totals.changes == 0))
                for change in changes { totals.count(change) }
                place = next
            } while place != nil
            if !isCSV { try await stream.write(tail(totals)) }
        } catch is StreamClosed {
        } catch {
            service.log.warning("a report was broken off", ("error", .text(String(reflecting: error))))
            stream.breakOff()
        }
    }

    private func changes(after place: AuditPlace?) async throws -> ([Change], AuditPlace?) {
        try await service.pool.withConnection { [question] connection in
            let part = try AuditQueryStore.part(of: question.search, after: place, limit: Self.batch, connection)
            let starts = part.events.compactMap { StartedChange($0) }.filter { start in
                question.session.map { $0 == start.session?["session"]?.string } ?? true
            }
            return (try Self.changes(starts, connection), part.next)
        }
    }

    /// What gave its place back before it had done anything has not been a change then: the start that counts is the last.
    private static func changes(_ starts: [StartedChange], _ connection: borrowing Connection) throws -> [Change] {
        let names = starts.map(\.promotion)
        let rows = try PromotionStore.promotions(named: names, connection)
        let agreements = try RecordStore.agreements(to: names, connection)
        let overrides = try OverrideStore.used(by: names, connection)
        return starts.compactMap { start in
            guard let row = rows[start.promotion], row.startedAt == start.event.place.at else { return nil }
            return Change(
                start: start, row: row, agreements: agreements[start.promotion, default: []],
                override: overrides[start.promotion])
        }
    }

    private func bytes(of changes: [Change], isFirst: Bool) -> [UInt8] {
        guard !isCSV else { return changes.flatMap(\.csv) }
        var bytes: [UInt8] = []
        for (index, change) in changes.enumerated() {
            if !isFirst || index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += JSONWriter.object(capacity: 1_024) { json in change.write(into: &json) }
        }
        return bytes
    }

    private var head: [UInt8] {
        let members = JSONWriter.object { json in
            json.member("from", question.from.text)
            json.member("to", question.to.text)
            json.member("madeAt", service.clock.now().text)
            json.member("project", question.search.project)
            json.member("stage", question.search.stage)
            json.member("session", question.session)
            for remark in service.remarks.members {
                json.name(given: remark.name)
                json.value(remark.value)
            }
        }
        return members.dropLast() + Array(",\"changes\":[".utf8)
    }

    private func tail(_ totals: Totals) -> [UInt8] {
        let members = JSONWriter.object { json in
            json.name("totals")
            json.beginObject()
            json.member("changes", totals.changes)
            for (name, counts) in [
                ("byKind", totals.byKind), ("byPhase", totals.byPhase), ("bySession", totals.bySession),
            ] {
                json.name(given: name)
                json.value(.object(counts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }))
            }
            json.member("overrides", totals.overrides)
            json.member("reviewsMissing", totals.reviewsMissing)
            json.member("observed", totals.observed)
            json.endObject()
            json.member("observeOnly", observeOnly) { place, json in
                json.member("project", place.project)
                json.member("stage", place.stage)
            }
        }
        return [UInt8(ascii: "]"), UInt8(ascii: ",")] + members.dropFirst()
    }

    /// The Stages whose gates are looked at now, and stop nothing.
    private var observeOnly: [(project: String, stage: String)] {
        let grant = question.search
        return service.decisions.mirror.value.projects.flatMap { project, known in
            known.stages.filter { $0.value.plan?.policy.enforcement == .observe && grant.reaches(project, $0.key) }
                .map { (project: project, stage: $0.key) }
        }.sorted { ($0.project, $0.stage) < ($1.project, $1.stage) }
    }
}
