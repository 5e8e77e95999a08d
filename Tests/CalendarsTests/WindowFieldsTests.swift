import Testing
import Time

@testable import Calendars

@Suite struct WindowFieldsTests {
    private static let zone = "America/New_York"

    @Test func aWindowThatRecursHasItsRuleAndItsTimes() throws {
        let window = try Window(
            .init(kind: "deny", timeZone: Self.zone, rrule: "FREQ=WEEKLY;BYDAY=FR", start: "18:00", duration: "6h"))
        #expect(window.kind == .deny)
        #expect(window.timeZone == Self.zone)
        let rule = try RecurrenceRule(parsing: "FREQ=WEEKLY;BYDAY=FR")
        #expect(window.times == .recurring(rule, start: TimeOfDay(18, 0), end: .after(.hours(6))))
    }

    @Test func aWindowThatDoesNotRecurHasTwoMoments() throws {
        let window = try Window(
            .init(kind: "allow", timeZone: Self.zone, from: "2026-12-24T18:00", until: "2026-12-27T05:00:00Z"))
        let day = try #require(CivilDate(year: 2026, month: 12, day: 24))
        let until = try Instant(parsing: "2026-12-27T05:00:00Z")
        #expect(window.times == .once(from: .local(day, TimeOfDay(18, 0)), until: .instant(until)))
    }

    /// A window that is right, with one field changed.
    private static func recurring(_ change: (inout Window.Fields) -> Void) -> Window.Fields {
        var fields = Window.Fields(kind: "deny", timeZone: zone, rrule: "FREQ=DAILY", start: "09:00", end: "24:00")
        change(&fields)
        return fields
    }

    private static func once(_ change: (inout Window.Fields) -> Void) -> Window.Fields {
        var fields = Window.Fields(kind: "deny", timeZone: zone, from: "2026-12-24T18:00", until: "2026-12-26T24:00")
        change(&fields)
        return fields
    }

    @Test(arguments: [recurring { _ in }, once { _ in }])
    func whatIsChangedBelowIsRight(fields: Window.Fields) throws {
        _ = try Window(fields)
    }

    @Test(arguments: [
        (recurring { $0.kind = nil }, "kind", "'kind' is missing"),
        (recurring { $0.kind = "Deny" }, "kind", "'Deny' is no kind"),
        (recurring { $0.timeZone = nil }, "timeZone", "'timeZone' is missing"),
        (recurring { $0.timeZone = "" }, "timeZone", "'timeZone' is empty"),
        (recurring { $0.rrule = "" }, "rrule", "'rrule' is empty"),
        (recurring { $0.start = nil }, "start", "'start' is missing"),
        (recurring { $0.start = "9:00" }, "start", "'9:00' is no time of the day"),
        (recurring { $0.start = "24:00" }, "start", "no day starts at 24:00"),
        (recurring { $0.end = nil }, "end", "'end' is missing"),
        (recurring { $0.end = "24:01" }, "end", "'24:01' is no time of the day"),
        (recurring { $0.duration = "1h" }, "duration", "'end' and 'duration' both say when it ends"),
        (
            recurring { ($0.end, $0.duration) = (nil, "1x") }, "duration",
            "'1x' is not a duration; write for example 90m, 24h or 1d12h"
        ),
        (
            recurring { ($0.end, $0.duration) = (nil, "0s") }, "duration",
            "a duration is more than 0s and at most 31d"
        ),
        (
            recurring { ($0.end, $0.duration) = (nil, "31d1s") }, "duration",
            "a duration is more than 0s and at most 31d"
        ),
        (recurring { $0.from = "2026-02-30" }, "from", "'2026-02-30' is no day"),
        (recurring { $0.from = "2026-02-03T00:00" }, "from", "'2026-02-03T00:00' is no day"),
        (recurring { $0.until = "2026-12-31" }, "until", "'until' is for a window without rrule"),
        (once { $0.start = "09:00" }, "start", "'start' is for a window that recurs"),
        (once { $0.end = "09:00" }, "end", "'end' is for a window that recurs"),
        (once { $0.duration = "1h" }, "duration", "'duration' is for a window that recurs"),
        (once { $0.from = nil }, "from", "'from' is missing"),
        (once { $0.until = nil }, "until", "'until' is missing"),
        (
            once { $0.until = "2026-12-26" }, "until", "'2026-12-26': a date alone is no instant"
        ),
        (
            once { $0.from = "2026-02-30T10:00" }, "from", "'2026-02-30T10:00': there is no day 30 in month 2 of 2026"
        ),
        (
            once { $0.from = "2026-02-03T10:00:00-00:00" }, "from",
            "'2026-02-03T10:00:00-00:00': -00:00 means an unknown offset"
        ),
    ])
    func whatIsWrongIsToldWithItsField(fields: Window.Fields, field: String, message: String) throws {
        let refused = try #require(throws: WindowErrors.self) { try Window(fields) }
        #expect(refused.errors.map(\.field) == [field])
        #expect(refused.errors.map(\.message) == [message])
    }

    @Test(arguments: [
        (Window.Fields(), ["kind", "timeZone", "from", "until"]),
        (
            recurring { ($0.kind, $0.timeZone, $0.rrule, $0.end) = ("on", nil, "FREQ=NOW", "9") },
            ["kind", "timeZone", "rrule", "end"]
        ),
        (
            recurring { ($0.start, $0.end, $0.duration, $0.until) = ("9", "10", "1x", "now") },
            ["until", "start", "duration", "end", "duration"]
        ),
        // Times of the day are no use without a rule, whatever else is wrong with them.
        (recurring { ($0.rrule, $0.start) = (nil, "9") }, ["rrule", "start"]),
        (once { ($0.start, $0.end, $0.from) = ("09:00", "10:00", "soon") }, ["start", "end", "from"]),
        // A first day that cannot be read is not missed by the rule that counts from it.
        (recurring { ($0.rrule, $0.from) = ("FREQ=WEEKLY;INTERVAL=2", "soon") }, ["from"]),
    ])
    func allThatIsWrongIsToldAtOnce(fields: Window.Fields, wrong: [String]) throws {
        let refused = try #require(throws: WindowErrors.self) { try Window(fields) }
        #expect(refused.errors.map(\.field) == wrong, "\(refused)")
    }

    @Test(arguments: Window.Fields.names)
    func whatCouldNotBeReadIsNotMissed(name: String) throws {
        let isOfOnce = name == "until"
        var fields = isOfOnce ? Self.once { $0.until = nil } : Self.recurring { $0.from = nil }
        switch name {
        case "kind": fields.kind = nil
        case "timeZone": fields.timeZone = nil
        case "rrule": fields.rrule = nil
        case "start": fields.start = nil
        case "end", "duration": fields.end = nil
        default: break
        }
        fields.unread = [name]
        do throws(WindowErrors) {
            _ = try Window(fields)
            #expect(name == "from", "the first day may be left out")
        } catch {
            #expect(error.errors.isEmpty, "\(error)")
        }
    }
}
