import Identity
import Postgres
import PostgresTesting
import SeededTesting
import Testing
import Time

@testable import Store

/// An event as a test makes it.
private struct Made: Equatable {
    let id: Int64
    let at: Instant
    let code: String
    let actor: String
    let project: String?
    let stage: String?
    let freight: String?
    let promotion: String?
    let text: String

    var place: AuditPlace { AuditPlace(at: at, id: id) }
}

@Suite struct AuditQueryTests {
    private static let codes = ["freight.created", "override.consumed", "override.requested", "promotion.started"]
    private static let words = ["50% of it", "a\"quote", "under_score", "back\\slash", "plain", "Ünïcode"]

    private nonisolated(nonsending) func withLog<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await withTables(body)
    }

    /// Events of a few projects, in bursts that share an instant, some of them told late.
    private static func make(_ count: Int, _ random: inout Seeded) -> [Made] {
        var at = Instant(microseconds: 1_763_650_800_000_000)
        return (1...Int64(count)).map { id in
            if Bool.random(using: &random) { at = at + .milliseconds(.random(in: -500...1_000, using: &random)) }
            let project = ["oracle", "shop", nil].randomElement(using: &random) ?? nil
            let stage = project == nil ? nil : ["beta", "live", nil].randomElement(using: &random) ?? nil
            return Made(
                id: id, at: at, code: codes.randomElement(using: &random) ?? "",
                actor: Int.random(in: 0..<40, using: &random) == 0 ? "rita" : "gatehouse", project: project,
                stage: stage, freight: ["f1", "f2", nil].randomElement(using: &random) ?? nil,
                promotion: ["p1", "p2", nil].randomElement(using: &random) ?? nil,
                text: words.randomElement(using: &random) ?? "")
        }
    }

    private static func write(_ events: [Made], _ connection: borrowing Connection) throws {
        let insert = Statement(
            """
            insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
            values ($1, $2, $3, $4, $5, $6, $7, convert_to(json_build_object('code', $2::text, 'reason', $8::text)::text, 'UTF8'))
            """)
        for event in events {
            _ = try connection.execute(
                insert,
                [
                    .instant(event.at), .text(event.code), .text(event.actor), .textOrNull(event.project),
                    .textOrNull(event.stage), .textOrNull(event.freight), .textOrNull(event.promotion),
                    .text(event.text),
                ])
        }
    }

    /// A search, and which events meet it.
    private static func search(
        _ events: [Made], _ random: inout Seeded
    ) -> (search: AuditSearch, found: [Int64], said: String) {
        func some<Value>(_ values: [Value]) -> Value? {
            Int.random(in: 0..<3, using: &random) == 0 ? values.randomElement(using: &random) : nil
        }
        let projects = some([["oracle"], ["shop", "oracle"], ["none"]])
        let stages = some([["beta"], ["live", "beta"]])
        var search = AuditSearch(
            within: Grant(roles: .all, projects: projects.map { Set($0) }, stages: stages.map { Set($0) }))
        search.project = some(["oracle", "shop", "none"])
        if search.project != nil { search.stage = some(["beta", "live"]) }
        search.freight = some(["f1", "f2"])
        search.promotion = some(["p1", "p2"])
        search.actor = some(["rita", "gatehouse", "nobody"])
        search.code = some([.exactly("promotion.started"), .startingWith("override."), .startingWith("none")])
        search.from = some(events.map(\.at))
        search.to = some(events.map(\.at))
        search.text = some(["50%", "a\"q", "R_S", "k\\s", "PLAIN"])
        search.isAscending = .random(using: &random)
        let met = events.filter { event in
            func isCode() -> Bool {
                switch search.code {
                case nil: true
                case .exactly(let code): event.code == code
                case .startingWith(let prefix): event.code.hasPrefix(prefix)
                }
            }
            return (search.project == nil || event.project == search.project)
                && (search.stage == nil || event.stage == search.stage)
                && (search.freight == nil || event.freight == search.freight)
                && (search.promotion == nil || event.promotion == search.promotion)
                && (search.actor == nil || event.actor == search.actor) && isCode()
                && (search.from.map { event.at >= $0 } ?? true) && (search.to.map { event.at < $0 } ?? true)
                && (search.text.map { event.text.lowercased().contains($0.lowercased()) } ?? true)
                && (search.project != nil || projects.map { $0.contains(event.project ?? "") } ?? true)
                && (stages.map { $0.contains(event.stage ?? "") } ?? true)
        }
        let sorted = met.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.map(\.id)
        return (search, search.isAscending ? sorted : sorted.reversed(), "\(search)")
    }

    @Test func everySearchFindsWhatMeetsItOnceAndInOrderInPartsOfAnySize() async throws {
        var random = Seeded()
        let seed = random.seed
        let events = Self.make(6_000, &random)
        let searches = (0..<150).map { _ in Self.search(events, &random) }
        try await withLog { connection in
            _ = try connection.run(script: "begin")
            try Self.write(events, connection)
            _ = try connection.run(script: "commit; analyze audit_events")
            for (search, expected, said) in searches {
                var (place, found, parts) = (AuditPlace?.none, [Int64](), 0)
                let limit = expected.count > 50 ? 499 : 7
                repeat {
                    let part = try AuditQueryStore.part(of: search, after: place, limit: limit, connection)
                    found += part.events.map(\.id)
                    place = part.next
                    parts += 1
                    try #require(parts < 100, "it comes to no end, seed \(seed): \(said)")
                } while place != nil
                #expect(found == expected, "seed \(seed): \(said)")
            }
        }
    }

    @Test func anEventIsFoundByItsNumber() async throws {
        var random = Seeded()
        let events = Self.make(3, &random)
        try await withLog { connection in
            try Self.write(events, connection)
            try #expect(AuditQueryStore.event(2, connection)?.place == events[1].place)
            try #expect(AuditQueryStore.event(4, connection) == nil)
        }
    }
}
