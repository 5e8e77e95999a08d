import JSON
import Testing

/// Who asks for a promotion and is refused leaves an event, and nothing else.
@Suite struct RefusedWishTests {
    private static let told = """
        select concat_ws(' ', promotion, stage, left(freight, 6), actor, convert_from(event, 'UTF8')::json -> 'details' ->> 'code')
        from audit_events where code = 'decision.refused' order by id
        """

    @Test func equalRefusalsAreToldOnceUntilTheAnswerChanges() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            var ids: Set<String> = []
            for kind in ["person", "person", "external"] {
                let wish: [String: JSONValue] =
                    kind == "person" ? ["ifClosed": .string("refuse")] : ["kind": .string(kind)]
                let refused = try await people.anna.promote(freight, to: "paper", wish)
                #expect(refused.status == 423 && refused.code == "market.core_session", "\(refused.text)")
                ids.insert(try #require(refused.json?["decisionId"]?.string, "\(refused.text)"))
            }
            let first = try await database.number("select min(id) from audit_events where code = 'decision.refused'")
            #expect(ids == [String(first)])
            try await #expect(database.number("select count(*) from promotions where stage = 'paper'") == 0)
            // It waits now: that is another answer.
            try await #expect(people.anna.promote(freight, to: "paper").status == 202)
            let ended = try await database.texts(
                """
                select convert_from(event, 'UTF8')::json -> 'details' ->> 'count' from audit_events
                where code = 'decision.refusals_ended'
                """)
            #expect(ended == ["3"])
        }
    }

    @Test func whatCouldNeverBeIsToldToo() async throws {
        try await withEmergency { _, people, database in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let never = try await people.anna.promote(freight, to: "live")
            #expect(never.status == 409 && never.json?["final"]?.bool == true, "\(never.text)")
            try await #expect(
                database.texts(Self.told).map { $0.split(separator: ".").first }
                    == ["live"])
            try await #expect(
                database.texts(Self.told).first?.hasSuffix(" live \(freight.prefix(6)) anna \(never.code ?? "")")
                    == true)
            // A wish that was no question of gates is a mistake of the asker's, and no decision.
            _ = try await people.anna.promote(freight, to: "nowhere")
            try await #expect(database.events("decision.refused") == 1)
        }
    }
}
