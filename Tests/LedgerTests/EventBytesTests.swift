import JSON
import Ledger
import Testing
import Time

/// Events are kept and hashed as these bytes: what is written once must be written the same for ever.
@Suite struct EventBytesTests {
    private let at = Instant(microseconds: 1_763_650_800_250_000)

    private func text(_ event: AuditEvent) -> String { String(decoding: event.bytes, as: UTF8.self) }

    @Test func anEventWithEverything() {
        let event = AuditEvent(
            .tokenCreated, at: at,
            actor: .init(name: "anna", kind: .token, token: "k3vq7m2xw5tb6haz", address: "192.0.2.7"), project: "shop",
            stage: "prod",
            freight: "f1", promotion: "p1", reason: "because \"so\"",
            details: [
                .init("roles", .array([.string("ci")])), .init("count", .integer(3)), .init("rate", .number("1.5")),
            ],
            requestID: "r1", isDrill: true)
        #expect(
            text(event)
                == #"{"at":"2025-11-20T15:00:00.250000Z","code":"token.created","project":"shop","stage":"prod","freight":"f1","#
                + #""promotion":"p1","actor":{"name":"anna","kind":"token","token":"k3vq7m2xw5tb6haz","address":"192.0.2.7"},"#
                + #""reason":"because \"so\"","details":{"roles":["ci"],"count":3,"rate":1.5},"requestId":"r1","drill":true}"#
        )
    }

    @Test func anEventWithAsLittleAsThereCanBe() {
        let event = AuditEvent(.tokenRevoked, at: at, actor: .system)
        #expect(
            text(event)
                == #"{"at":"2025-11-20T15:00:00.250000Z","code":"token.revoked","actor":{"name":"gatehouse","kind":"system"}}"#
        )
    }

    @Test func theStartOfADrill() {
        let event = AuditEvent.drillStarted(at: at, rate: 60)
        #expect(
            text(event)
                == #"{"at":"2025-11-20T15:00:00.250000Z","code":"drill.started","actor":{"name":"gatehouse","kind":"system"},"#
                + #""details":{"rate":60.0},"drill":true}"#)
    }

    @Test(arguments: ["a\u{0}b", "a\u{1F}b", "a\nb", "a\\b", "\u{1F600}", "a\u{2028}b"])
    func anyTextComesBackAsItWas(reason: String) throws {
        let event = AuditEvent(.tokenRevoked, at: at, actor: .system, reason: reason)
        guard !reason.unicodeScalars.contains("\u{0}") else {
            // The reader refuses what PostgreSQL's text could not hold; the bytes are escaped all the same.
            #expect(text(event).contains(#"a\u0000b"#))
            return
        }
        try #expect(JSONValue(parsing: event.bytes)["reason"]?.string == reason)
    }

    @Test func everyCodeIsOfTheFormThatTheTableTakes() {
        for code in EventCode.allCases {
            #expect(code.rawValue.wholeMatch(of: /[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+/) != nil)
        }
    }

    @Test func whatTheExchangeDidStandsBehindWhoDidIt() {
        let event = AuditEvent(.promotionStarted, at: Instant(microseconds: 0), actor: .system, reason: "because")
        let session = AuditEvent.Session(calendar: "XNYS", session: "core", date: "1970-01-01")
        let head =
            #"{"at":"1970-01-01T00:00:00Z","code":"promotion.started","actor":{"name":"gatehouse","kind":"system"},"#
        #expect(text(event) == head + #""reason":"because"}"#)
        #expect(
            text(event.during(session))
                == head + #""session":{"calendar":"XNYS","session":"core","date":"1970-01-01"},"reason":"because"}"#)
        #expect(text(event.during(nil)) == text(event))
    }
}
