import JSON
import Testing

/// Every way to ask about an instant, over real HTTP.
@Suite struct InstantTests {
    private static let status = "/v1/calendars/XNYS/status"

    private nonisolated(nonsending) func ask(_ query: String) async throws -> Answer {
        var answer: Answer?
        try await SharedServer.use { server in answer = try await server.admin.get("\(Self.status)?\(query)") }
        return try #require(answer)
    }

    @Test(arguments: [
        ("at=2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
        ("at=2026-11-20t15:00:00z", "2026-11-20T15:00:00Z"),
        ("at=2026-11-20T15:00:00.1Z", "2026-11-20T15:00:00.100000Z"),
        ("at=2026-11-20T15:00:00.123456789Z", "2026-11-20T15:00:00.123456Z"),
        ("at=2026-11-20T10:00:00-05:00", "2026-11-20T15:00:00Z"),
        ("at=2026-11-20T15:00:00%2B00:00", "2026-11-20T15:00:00Z"),
        ("at=2026-11-20T20:30:00%2B05:30", "2026-11-20T15:00:00Z"),
        ("at=2026-11-20T15:00:00%2B14:00", "2026-11-20T01:00:00Z"),
        ("at=2026-11-20T15:00:00-14:00", "2026-11-21T05:00:00Z"),
        // A plus that nobody encoded arrives as a space.
        ("at=2026-03-09T09:30:00+01:00", "2026-03-09T08:30:00Z"),
        ("at=2026-03-09T09:30:00%2001:00", "2026-03-09T08:30:00Z"),
        // Cut off, never rounded: it must not become the next second.
        ("at=2026-11-20T23:59:59.9999999Z", "2026-11-20T23:59:59.999999Z"),
        ("at=2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("at=1990-12-31T23:59:60Z", "1990-12-31T23:59:59.999999Z"),
        ("at=1990-01-02T15:00:00Z", "1990-01-02T15:00:00Z"),
        ("at=2030-12-31T20:59:59Z", "2030-12-31T20:59:59Z"),
        ("at_local=2026-11-20T10:00:00&tz=America/New_York", "2026-11-20T15:00:00Z"),
        ("at_local=2026-11-20T10:00:00.5&tz=America/New_York", "2026-11-20T15:00:00.500000Z"),
        ("at_local=2026-11-20T15:00:00&tz=Europe/London", "2026-11-20T15:00:00Z"),
        ("at_local=2026-11-01T01:30:00&tz=America/New_York&fold=earlier", "2026-11-01T05:30:00Z"),
        ("at_local=2026-11-01T01:30:00&tz=America/New_York&fold=later", "2026-11-01T06:30:00Z"),
    ])
    func anInstantIsUnderstood(query: String, instant: String) async throws {
        let answer = try await ask(query)
        #expect(answer.status == 200, "\(query): \(answer.text)")
        #expect(answer.json?["at"]?.string == instant, "\(query)")
    }

    @Test(arguments: ["", "at=now"]) func withoutOneThePresentIsMeant(query: String) async throws {
        try await #expect(ask(query).status == 200)
    }

    @Test(arguments: [
        "", "2026-03-09T09:30:00", "2026-03-09", "2026-03-09T09:30:00-00:00", "2026-03-09T24:00:00Z",
        // No leap second there, or not at midnight in UTC.
        "2026-12-31T23:59:60Z", "2026-11-20T15:00:60Z", "2016-12-31T18:59:60-05:00", "2016-12-31T23:59:61Z",
        "2026-11-20T15:60:00Z", "2026-11-20T15:00:00%2B14:01", "2026-11-20T15:00:00-14:01",
        "2026-11-20T15:00:00%2B23:59", "2026-11-20T15:00:00%2B05:60",
        "2026-02-30T12:00:00Z", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "26-11-20T15:00:00Z",
        "2026-11-20T15:00:00%2B0100", "2026-11-20T15:00:00%2B01", "2026-11-20T15:00:00EST", "2026-324T15:00:00Z",
        "2026-W47-5T15:00:00Z", "20261120T150000Z", "%202026-11-20T15:00:00Z", "2026-11-20T15:00:00Z%20",
        "2026-11-20%2015:00:00Z", "2026-11-20T15:00Z", "2026-11-20T15:00:00.Z", "2026-11-20T15:00:00,5Z",
        "2026-11-20T15:00:00.1234567890Z", "%2B2026-11-20T15:00:00Z", "-2026-11-20T15:00:00Z",
        // Digits of another script.
        "%D9%A2%D9%A0%D9%A2%D9%A6-11-20T15:00:00Z", "2026-11-20T15:00:0%EF%BC%90Z",
        "2026-11-20T15:00:00.000000000Z" + String(repeating: "0", count: 40),
        "infinity", "yesterday", "epoch", "NOW", "2026-11-20%2010:00%20PST", "11/12/2026%2010:00", "1763650800",
        "294276-12-31T23:59:59Z",
    ])
    func whatIsNoInstantIsRefusedWithItsReason(text: String) async throws {
        let answer = try await ask("at=\(text)")
        #expect(answer.status == 400, "\(text)")
        #expect(answer.code == "request.bad_instant", "\(text)")
        #expect(answer.json?["field"]?.string == "at")
        #expect(answer.json?["hint"]?.string?.isEmpty == false)
    }

    @Test(arguments: [
        ("at", "request.bad_instant"),
        ("at=2026-11-20T15:00:00Z&at=2026-11-20T16:00:00Z", "request.bad_field"),
        ("at=2026-11-20T15:00:00Z&at=2026-11-20T15:00:00Z", "request.bad_field"),
        ("at=2026-11-20T15:00:00Z%00", "request.bad_target"), ("at=%zz", "request.bad_target"),
        ("at=%FF", "request.bad_target"), ("when=2026-11-20T15:00:00Z", "request.bad_field"),
        ("at=2026-11-20T15:00:00Z&at_local=2026-11-20T10:00:00&tz=America/New_York", "request.bad_field"),
        ("at=now&fold=earlier", "request.bad_field"), ("at_local=2026-11-20T10:00:00", "request.bad_field"),
        ("tz=America/New_York", "request.bad_field"), ("fold=later", "request.bad_field"),
        ("at_local=2026-11-01T01:30:00&tz=America/New_York&fold=first", "request.bad_field"),
        ("at_local=2026-11-20T10:00:00&tz=America/New_Yrok", "request.bad_field"),
        ("at_local=2026-11-20T10:00:00&tz=EST", "request.bad_field"),
        ("at_local=2026-11-20T10:00:00Z&tz=America/New_York", "request.bad_instant"),
        ("at_local=2026-11-20T10:00:00-05:00&tz=America/New_York", "request.bad_instant"),
        ("at_local=2026-11-20&tz=America/New_York", "request.bad_instant"),
        ("at_local=2026-11-01T01:30:00&tz=America/New_York", "request.ambiguous_instant"),
    ])
    func anotherMistakeIsNamed(query: String, code: String) async throws {
        let answer = try await ask(query)
        #expect(answer.status == 400, "\(query)")
        #expect(answer.code == code, "\(query): \(answer.text)")
    }

    @Test func whatClocksShowedTwiceIsToldWithBothInstants() async throws {
        let hint = try await ask("at_local=2026-11-01T01:30:00&tz=America/New_York").json?["hint"]?.string
        #expect(hint == "add fold=earlier (2026-11-01T05:30:00Z) or fold=later (2026-11-01T06:30:00Z)")
    }

    @Test(arguments: [
        ("at=1989-12-31T12:00:00Z", "calendar.outside_coverage"),
        ("at=1500-01-01T12:00:00Z", "calendar.outside_coverage"),
        ("at=2031-01-02T12:00:00Z", "calendar.outside_coverage"),
        ("at=9999-12-31T23:59:59Z", "calendar.outside_coverage"),
        // The first instant beyond: midnight in New York.
        ("at=2031-01-01T05:00:00Z", "calendar.outside_coverage"),
        ("at_local=2026-03-08T02:30:00&tz=America/New_York", "request.skipped_instant"),
    ])
    func whatCannotBeKnownIsNotGuessed(query: String, code: String) async throws {
        let answer = try await ask(query)
        #expect(answer.status == 422, "\(query)")
        #expect(answer.code == code, "\(query): \(answer.text)")
    }
}
