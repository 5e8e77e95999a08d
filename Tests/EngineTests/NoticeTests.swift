import Connectors
import HTTPClient
import JSON
import Ledger
import Testing
import Time
import TimeZones

@testable import Engine

/// An event as the log keeps it.
private func event(
    _ code: EventCode, reason: String? = nil, project: String? = "oracle", stage: String? = "paper",
    promotion: String? = "p1", _ details: [JSONValue.Member] = [], isDrill: Bool = false
) throws -> JSONValue {
    let at = try Instant(parsing: "2026-11-20T15:00:00Z")
    return try JSONValue(
        parsing: AuditEvent(
            code, at: at, actor: .init(name: "anna", kind: .token), project: project, stage: stage,
            freight: String(repeating: "ab", count: 20), promotion: promotion, reason: reason, details: details,
            isDrill: isDrill
        ).bytes)
}

@Suite struct NoticeTests {
    private typealias Case = (EventCode, String?, [JSONValue.Member], String, String)

    private static let override = JSONValue.Member("override", .string("o1"))
    private static let glass = "/v1/projects/oracle/break-glass/o1"
    private static let promotion = "/v1/projects/oracle/promotions/p1"

    private static let cases: [Case] = [
        (
            .overrideRequested, "orders are\nfilled  twice", [override, .init("approvals", .integer(1))],
            "anna asks to break glass into paper of oracle for quiet-otter: orders are filled twice "
                + "(approve by 2026-11-20 16:00 UTC)", glass
        ),
        (
            .overrideRequested, "now", [override, .init("approvals", .integer(0))],
            "anna asks to break glass into paper of oracle for quiet-otter: now (nobody else has to agree)", glass
        ),
        (
            .overrideApproved, nil, [override, .init("approvalsMissing", .integer(1))],
            "anna agreed to break-glass into paper of oracle for quiet-otter; 1 more must agree", glass
        ),
        (
            .overrideApproved, "seen it", [override, .init("approvalsMissing", .integer(0))],
            "anna agreed to break-glass into paper of oracle for quiet-otter; it can be used now: seen it", glass
        ),
        (
            .overrideConsumed, nil, [override, .init("covers", .array([.string("freeze"), .string("market-hours")]))],
            "quiet-otter went into paper of oracle by break-glass past freeze, market-hours", glass
        ),
        (
            .overrideDenied, "no", [override], "anna said no to break-glass into paper of oracle for quiet-otter: no",
            glass
        ),
        (
            .overrideRevoked, "no", [override], "anna took break-glass into paper of oracle for quiet-otter back: no",
            glass
        ),
        (
            .overrideExpired, nil, [override],
            "break-glass into paper of oracle for quiet-otter has expired; nothing came of it", glass
        ),
        (
            .overrideReviewDue, nil,
            [override, .init("requestedBy", .string("ben")), .init("due", .string("2026-11-19T09:30:00Z"))],
            "break-glass into paper of oracle for quiet-otter, which ben asked for, should have been reviewed by "
                + "2026-11-19 09:30 UTC", glass
        ),
        (
            .promotionHeld, nil, [.init("reason", .string("NYSE is open"))],
            "quiet-otter waits to go into paper of oracle: NYSE is open", promotion
        ),
        (
            .promotionEnded, nil, [.init("code", .string("promotion.wait_expired"))],
            "quiet-otter was not let into paper of oracle in time", promotion
        ),
        (
            .promotionEnded, nil, [.init("code", .string("promotion.refused")), .init("reason", .string("rejected"))],
            "quiet-otter is refused by paper of oracle for good: rejected", promotion
        ),
        (
            .promotionEnded, "it does not start", [.init("code", .string("promotion.degraded"))],
            "quiet-otter failed in paper of oracle, promotion.degraded: it does not start", promotion
        ),
        (
            .freezeStarted, "quiet", [.init("freeze", .string("f1")), .init("until", .string("2026-11-20T21:00:00Z"))],
            "anna stopped the line for paper of oracle until 2026-11-20 21:00 UTC: quiet", "/v1/freezes/f1"
        ),
        (
            .freezeEnded, "over", [.init("freeze", .string("f1"))],
            "anna lets the line go on for paper of oracle: over", "/v1/freezes/f1"
        ),
        (
            .freezeExpired, "quiet",
            [
                .init("freeze", .string("f1")), .init("startedBy", .string("ben")),
                .init("until", .string("2026-11-20T21:00:00Z")),
            ],
            "ben's freeze of paper of oracle was over at 2026-11-20 21:00 UTC, and the line goes on: quiet",
            "/v1/freezes/f1"
        ),
        (.stageDisabled, "broken", [], "anna disabled paper of oracle: broken", "/v1/projects/oracle/stages/paper"),
        (.stageEnabled, "mended", [], "anna enabled paper of oracle: mended", "/v1/projects/oracle/stages/paper"),
        (
            .revisionPending, nil, [.init("revision", .integer(7)), .init("approvalsRequired", .integer(2))],
            "anna wrote revision 7 of oracle, which lets more through and waits until others agree (2)",
            "/v1/projects/oracle/revisions/7"
        ),
        (
            .calendarHorizon, nil,
            [.init("calendar", .string("XLON")), .init("end", .string("2026-12-20")), .init("days", .integer(30))],
            "calendar XLON ends in 30 days, after 2026-12-20: load a newer one", "/v1/calendars/XLON"
        ),
        (
            .calendarHorizon, nil,
            [
                .init("calendar", .string("XNYS")), .init("end", .string("2028-12-31")), .init("days", .integer(90)),
                .init("confidence", .string("projected")),
            ],
            "calendar XNYS is published for 90 more days, until 2028-12-31, and projected from then on: "
                + "load a newer one, or a newer Gatehouse", "/v1/calendars/XNYS"
        ),
        (
            .calendarHorizon, nil,
            [
                .init("calendar", .string("XNYS")), .init("end", .string("2028-12-31")), .init("days", .integer(-1)),
                .init("confidence", .string("projected")),
            ],
            "the sessions of calendar XNYS are projected by now: it is published until 2028-12-31; "
                + "load a newer one, or a newer Gatehouse", "/v1/calendars/XNYS"
        ),
        (
            .tokenExpiresSoon, nil,
            [
                .init("token", .string("t1")), .init("name", .string("ci")), .init("subject", .string("ben")),
                .init("expiresAt", .string("2026-12-04T15:00:00Z")),
            ], "ben's token 'ci' ends at 2026-12-04 15:00 UTC", "/v1/tokens/t1"
        ),
    ]

    @Test(arguments: cases) private func anEventIsToldInASentence(example: Case) throws {
        let notice = try Notice(event(example.0, reason: example.1, example.2), alias: "quiet-otter")
        #expect(notice?.text == example.3)
        #expect(notice?.path == example.4)
    }

    @Test func everyKindThatIsToldHasAnExample() {
        let alarms = EventCode.allCases.filter { $0.rawValue.hasPrefix("audit.") }
        #expect(Set(Self.cases.map(\.0)).union(alarms) == Set(Notice.codes))
    }

    @Test(arguments: ["succeeded", "superseded", "aborted", "aborted_by_disabling"])
    func whatEndsAsSomebodyMeantItToNeedsNoWord(code: String) throws {
        let ended = try event(.promotionEnded, [.init("code", .string("promotion." + code))])
        #expect(Notice(ended, alias: nil) == nil)
    }

    @Test func whatElseHappensIsNotTold() throws {
        #expect(try Notice(event(.tokenCreated), alias: nil) == nil)
        #expect(Notice(.object([.init("code", .string("of.another_version"))]), alias: nil) == nil)
    }

    @Test func whatHasNoAliasIsCalledByTheBeginningOfItsIDAndADrillIsCalledOne() throws {
        let notice = try Notice(event(.promotionHeld, isDrill: true), alias: nil)
        #expect(notice?.text == "Drill: abababab waits to go into paper of oracle")
    }

    @Test(arguments: [
        ("2026-11-20T21:00:00Z", "2026-11-20 21:00 UTC (16:00 EST)"),
        ("2026-11-21T04:59:59Z", "2026-11-21 04:59 UTC (2026-11-20 23:59 EST)"),
    ])
    func timesAreToldByTheClocksOfTheExchangeAsWell(until: String, told: String) throws {
        let whole = try Instant(parsing: "1990-01-01T00:00:00Z")..<Instant(parsing: "2100-01-01T00:00:00Z")
        let zone = ZoneRules(
            id: "America/New_York", coverage: whole, initialOffset: -5 * 3_600, initialAbbreviation: "EST",
            transitions: [])
        let notice = try Notice(event(.freezeStarted, [.init("until", .string(until))]), alias: nil, zone: zone)
        #expect(notice?.text == "anna stopped the line for paper of oracle until \(told)")
    }

    @Test func aLongReasonIsCut() throws {
        let notice = try Notice(event(.stageDisabled, reason: String(repeating: "é", count: 2_000)), alias: nil)
        #expect(notice?.text.count == "anna disabled paper of oracle: ".count + 301)
    }

    @Test func whatConcernsEverybodyConcernsThoseOfOneProject() throws {
        let all = try Notice(event(.freezeStarted, project: nil, stage: nil), alias: nil)
        #expect(all?.text == "anna stopped the line for everything")
        #expect(all?.concerns(["oracle"]) == true)
        let over = try Notice(event(.freezeExpired, project: nil, stage: nil), alias: nil)
        #expect(over?.concerns(["oracle"]) == true)
        let token = try Notice(event(.tokenExpiresSoon, project: nil, stage: nil), alias: nil)
        #expect(token?.concerns(["oracle"]) == false && token?.concerns(nil) == true)
        let held = try Notice(event(.promotionHeld), alias: nil)
        #expect(held?.concerns(["oracle"]) == true && held?.concerns(["other"]) == false)
    }

    @Test func aPathIsNeverMoreThanAPath() throws {
        let notice = try Notice(event(.promotionHeld, promotion: "a/../b?c=ü"), alias: nil)
        #expect(notice?.path == "/v1/projects/oracle/promotions/a%2F..%2Fb%3Fc%3D%C3%BC")
    }
}

@Suite struct NotificationTimingTests {
    @Test func thePausesGrowToAnHour() {
        for attempts: Int64 in 1...200 {
            let (short, long) = (
                NotificationLoop.pause(after: attempts, chance: 0), NotificationLoop.pause(after: attempts, chance: 1)
            )
            #expect(short >= .milliseconds(2_500) && long <= .hours(1) && short.microseconds * 2 == long.microseconds)
        }
        #expect(NotificationLoop.pause(after: 1, chance: 1) == .seconds(5))
        #expect(NotificationLoop.pause(after: 3, chance: 1) == .seconds(20))
        #expect(NotificationLoop.pause(after: 30, chance: 1) == .hours(1))
    }

    @Test(arguments: [(-1, nil), (0, 30), (30, 30), (31, 90), (90, 90), (91, 365), (365, 365), (366, nil)])
    func aCalendarIsToldOfAtItsHorizons(days: Int64, horizon: Int64?) {
        #expect(CalendarEnd("XLON", end: "2026-12-31", daysLeft: days)?.horizon == horizon)
        let published = CalendarEnd("XLON", publishedThrough: "2026-12-31", daysLeft: days)
        #expect(published?.horizon == horizon)
        // That it goes on by what is projected is told, too, under a name of its own.
        #expect((published == nil) == (days > 365))
        #expect(published?.about != CalendarEnd("XLON", end: "2026-12-31", daysLeft: days)?.about || days > 365)
    }
}

@Suite struct NotificationReceiversTests {
    private static let secret = #""secret": "a secret of the receiver's""#

    private func read(_ text: String, isDrill: Bool = false) throws(NotificationReceivers.FileError)
        -> NotificationReceivers
    {
        try NotificationReceivers(json: Array(text.utf8)) { (url, secrets) throws(Webhook.Refusal) in
            try Webhook(
                url: url, secrets: secrets, isLoopbackOnly: isDrill, HTTPClientConfiguration(userAgent: "tests"))
        } read: { path in
            guard path == "/secrets" else { throw Missing() }
            return Array("the first secret of two\r\nthe second secret of two\n".utf8)
        }
    }

    private struct Missing: Error {}

    private func file(_ members: String) -> String { #"{"receivers": [{\#(members)}]}"# }

    @Test func whatIsSaidIsTaken() throws {
        let members = #""name": "desk", "url": "https://chat.example/x", "secretFile": "/secrets""#
        let all = try read(file(members)).all
        #expect(all.map(\.name) == ["desk"] && all[0].projects == nil && all[0].codes == Notice.codes)
        let some = try read(file(members + #", "projects": ["oracle"], "codes": ["freeze.*", "promotion.held"]"#)).all
        #expect(some[0].projects == ["oracle"])
        #expect(Set(some[0].codes) == [.freezeStarted, .freezeEnded, .freezeExpired, .promotionHeld])
        #expect(try read(#"{"receivers": []}"#).all.isEmpty)
    }

    @Test(arguments: [
        (#""url": "https://a.example", \#(secret)"#, "'name'"),
        (#""name": "A", "url": "https://a.example", \#(secret)"#, "small letters"),
        (#""name": "a", "url": "a.example", \#(secret)"#, "https:// URL"),
        (#""name": "a", "url": "http://a.example", \#(secret)"#, "without TLS"),
        (#""name": "a", "url": "https://u:p@a.example", \#(secret)"#, "without a user's"),
        (#""name": "a", "url": "https://169.254.169.254/x", \#(secret)"#, "link-local"),
        (#""name": "a", "url": "https://a.example""#, "'secretFile' or 'secret'"),
        (#""name": "a", "url": "https://a.example", "secretFile": "/secrets", \#(secret)"#, "not both"),
        (#""name": "a", "url": "https://a.example", "secret": "short""#, "at least 16"),
        (#""name": "a", "url": "https://a.example", "secretFile": "/none""#, "cannot be read"),
        (#""name": "a", "url": "https://a.example", \#(secret), "codes": ["token.created"]"#, "nobody is told of"),
        (#""name": "a", "url": "https://a.example", \#(secret), "colour": 1"#, "colour"),
    ])
    func whatIsWrongIsSaid(members: String, reason: String) {
        let error = #expect(throws: NotificationReceivers.FileError.self) { try read(file(members)) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("a secret of") == false)
        #expect(error?.description.contains("receiver 1") == true)
    }

    @Test func aDrillTellsThisMachineOnly() throws {
        let members = #""name": "a", "url": "https://a.example", \#(Self.secret)"#
        let error = #expect(throws: NotificationReceivers.FileError.self) { try read(file(members), isDrill: true) }
        #expect(error?.description.contains("a drill") == true)
        #expect(
            try read(file(members.replacing("https://a.example", with: "http://localhost:1")), isDrill: true).all.count
                == 1)
    }

    @Test func noTwoHaveOneName() {
        let one = #"{"name": "a", "url": "https://a.example", \#(Self.secret)}"#
        #expect(throws: NotificationReceivers.FileError.self) { try read(#"{"receivers": [\#(one), \#(one)]}"#) }
        #expect(throws: NotificationReceivers.FileError.self) { try read("[") }
    }
}
