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
            var totals = ReportTotals()
            try await stream.write(isCSV ? ReportTable.head : head)
            var place: AuditPlace?
            repeat {
                let (changes, next) = try await changes(after: place)
                try await stream.write(bytes(of: changes, isFirst: totals.changes == 0))
                for change in changes { totals.count(change) }
                place = next
            } while place != nil
            if !isCSV { try await stream.write(Array("],\"overrides\":[".utf8)) }
            repeat {
                let (overrides, next) = try await overrides(after: place)
                try await stream.write(bytes(of: overrides, isFirst: totals.overrides == 0))
                for override in overrides { totals.count(override) }
                place = next
            } while place != nil
            let end = try await end()
            try await stream.write(isCSV ? table(totals, end) : tail(totals, end))
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
        let overrides = try OverrideStore.used(by: names, connection)
        return starts.compactMap { start in
            guard let row = rows[start.promotion], row.startedAt == start.event.place.at else { return nil }
            return Change(start: start, row: row, overrides: overrides[start.promotion, default: []])
        }
    }

    private func overrides(after place: AuditPlace?) async throws -> ([OverrideStore.Row], AuditPlace?) {
        var search = question.search
        search.code = .exactly("override.consumed")
        return try await service.pool.withConnection { [search, session = question.session] connection in
            let part = try AuditQueryStore.part(of: search, after: place, limit: Self.batch, connection)
            let used = part.events.compactMap { UsedOverride($0) }.filter { session == nil || $0.session == session }
            return (try OverrideStore.overrides(named: used.map(\.id), connection), part.next)
        }
    }

    private func bytes(of changes: [Change], isFirst: Bool) -> [UInt8] {
        guard !isCSV else { return changes.flatMap(\.csv) }
        return list(changes, isFirst: isFirst) { change, json in change.write(into: &json) }
    }

    private func bytes(of overrides: [OverrideStore.Row], isFirst: Bool) -> [UInt8] {
        guard !isCSV else { return overrides.flatMap(\.csv) }
        return list(overrides, isFirst: isFirst) { override, json in override.writeReported(into: &json) }
    }

    /// Members of an array, with what parts them from those before.
    private func list<Element>(
        _ elements: [Element], isFirst: Bool, _ write: (Element, inout JSONWriter) -> Void
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, element) in elements.enumerated() {
            if !isFirst || index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += JSONWriter.object(capacity: 1_024) { json in write(element, &json) }
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

    private func end() async throws -> ReportEnd {
        try await service.pool.withConnection { [question, now = service.clock.now()] connection in
            try ReportEnd(question, at: now, connection)
        }
    }

    private func tail(_ totals: ReportTotals, _ end: ReportEnd) -> [UInt8] {
        let members = JSONWriter.object { json in
            json.name("totals")
            json.beginObject()
            totals.write(into: &json)
            end.writeTotals(into: &json)
            json.endObject()
            json.member("blind", end.blind) { span, json in span.write(into: &json) }
            json.member("observeOnly", end.observed) { span, json in span.write(into: &json) }
        }
        return [UInt8(ascii: "]"), UInt8(ascii: ",")] + members.dropFirst()
    }

    private func table(_ totals: ReportTotals, _ end: ReportEnd) -> [UInt8] {
        end.blind.flatMap { $0.csv(.blind) } + end.observed.flatMap { $0.csv(.observeOnly) }
            + (totals.named + end.totals).flatMap { ReportTable.row(.total, [.name: $0.name, .value: $0.value]) }
    }
}
