import Testing
import Time

@testable import Calendars

@Suite struct RecurrenceRuleParsingTests {
    @Test(arguments: [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY=FR,MO", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("byday=fr;freq=weekly", "FREQ=WEEKLY;BYDAY=FR"),
        ("FREQ=MONTHLY;BYDAY=+3MO,-1FR", "FREQ=MONTHLY;BYDAY=3MO,-1FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "FREQ=MONTHLY;BYMONTHDAY=-1,15"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
        ),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"),
        ("FREQ=YEARLY;BYDAY=-53MO", "FREQ=YEARLY;BYDAY=-53MO"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
        ("UNTIL=20261231T235959Z;FREQ=DAILY", "FREQ=DAILY;UNTIL=20261231T235959Z"),
        ("FREQ=DAILY;INTERVAL=1", "FREQ=DAILY"),
    ])
    func aRuleIsReadAndWritten(written: String, text: String) throws {
        let rule = try RecurrenceRule(parsing: written)
        #expect(rule.text == text)
        #expect(try RecurrenceRule(parsing: rule.text) == rule)
    }

    @Test func aFirstDayGivesWhatTheRuleLeavesOpen() throws {
        let from = try #require(CivilDate(year: 2026, month: 1, day: 5))
        for text in ["FREQ=WEEKLY", "FREQ=MONTHLY;INTERVAL=2", "FREQ=YEARLY", "FREQ=DAILY;INTERVAL=3"] {
            #expect(try RecurrenceRule(parsing: text, from: from).text == text)
            guard text != "FREQ=DAILY" else { continue }
            #expect(throws: WindowErrors.self) { try RecurrenceRule(parsing: text) }
        }
    }

    @Test(arguments: [
        ("", "the rule is empty"),
        ("FREQ=DAILY;", "a rule has no part ''"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ=HOURLY", "FREQ=HOURLY is not supported"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY is not supported"),
        ("FREQ=DAILY;COUNT=3", "COUNT is not supported"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not supported"),
        ("FREQ=DAILY;BYMINUTE=9", "BYMINUTE is not supported"),
        ("FREQ=DAILY;BYSECOND=9", "BYSECOND is not supported"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=MO", "WKST is not supported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO is not supported"),
        ("FREQ=YEARLY;BYYEARDAY=20", "BYYEARDAY is not supported"),
        ("FREQ=DAILY;BYEASTER=0", "a rule has no part 'BYEASTER'"),
        ("RRULE:FREQ=DAILY", "a rule is written without 'RRULE:'"),
        ("FREQ=DAILY; BYDAY=MO", "a rule has no part ' BYDAY'"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"),
        ("FREQ=WEEKLY;BYDAY", "BYDAY has no value"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY has no value"),
        ("FREQ=WEEKLY;BYDAY=MO,", "BYDAY has an empty element"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,MO", "BYDAY names MO twice"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX is no day of the week"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "BYDAY=MONDAY is no day of the week"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO is out of range"),
        ("FREQ=YEARLY;BYDAY=54MO", "BYDAY=54MO is out of range"),
        ("FREQ=YEARLY;BYDAY=1.5MO", "BYDAY=1.5MO is out of range"),
        ("FREQ=MONTHLY;BYDAY=6MO", "no month has the day BYDAY=6MO"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-6SU", "no month has the day BYDAY=-6SU"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO has a number, which FREQ=WEEKLY has no use for"),
        ("FREQ=DAILY;BYDAY=-1FR", "BYDAY=-1FR has a number, which FREQ=DAILY has no use for"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0 is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32 is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY=-32 is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,01", "BYMONTHDAY names 1 twice"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=13", "BYMONTH=13 is out of range"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=-1", "BYMONTH=-1 is out of range"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=9999999999999999999999", "BYMONTH=9999999999999999999999 is out of range"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS=0 is out of range"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "BYSETPOS=367 is out of range"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses among days that no other part names"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", "BYSETPOS does not go with FREQ=DAILY: a day is one day"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is not a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=+1", "INTERVAL=+1 is not a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=1001", "INTERVAL=1001 is not a number from 1 to 1000"),
        ("FREQ=DAILY;INTERVAL=2", "INTERVAL needs a first day to count from"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY does not say on which day"),
        ("FREQ=MONTHLY", "FREQ=MONTHLY does not say on which day"),
        ("FREQ=YEARLY;BYMONTH=12", "FREQ=YEARLY does not say on which day"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "UNTIL=2026-12-31 is malformed"),
        ("FREQ=DAILY;UNTIL=20261231T235959", "UNTIL=20261231T235959 is malformed"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL=20260230 is no day of the calendar"),
        (
            "FREQ=DAILY;UNTIL=20261231T240000Z",
            "UNTIL=20261231T240000Z cannot be read: an hour goes to 23"
        ),
        (
            "FREQ=DAILY;UNTIL=20261231T235959X",
            "UNTIL=20261231T235959X cannot be read: the offset from UTC must be Z or ±hh:mm"
        ),
    ])
    func whatIsNotUnderstoodIsRefusedByName(text: String, message: String) throws {
        let refused = try #require(throws: WindowErrors.self) { try RecurrenceRule(parsing: text) }
        #expect(refused.errors.map(\.field) == ["rrule"])
        #expect(refused.errors.map(\.message) == [message])
    }

    @Test(arguments: [
        (
            "FREQ=HOURLY;COUNT=3;BYDAY=XX;INTERVAL=0",
            [
                "COUNT is not supported", "FREQ=HOURLY is not supported", "INTERVAL=0 is not a number from 1 to 1000",
                "BYDAY=XX is no day of the week",
            ]
        ),
        ("rrule:FREQ=WEEKLY;COUNT=3", ["a rule is written without 'RRULE:'", "COUNT is not supported"]),
        ("BYDAY;FREQ=", ["FREQ has no value", "BYDAY has no value"]),
        (
            "FREQ=WEEKLY;BYDAY=-1FR;BYMONTHDAY=1;INTERVAL=2",
            [
                "BYDAY=-1FR has a number, which FREQ=WEEKLY has no use for",
                "BYMONTHDAY does not go with FREQ=WEEKLY",
            ]
        ),
        (
            "FREQ=MONTHLY;BYDAY=6MO,-7TU",
            ["no month has the day BYDAY=6MO", "no month has the day BYDAY=-7TU"]
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2",
            ["INTERVAL needs a first day to count from", "FREQ=WEEKLY does not say on which day"]
        ),
    ])
    func oneMistakeDoesNotHideAnother(text: String, messages: [String]) throws {
        let refused = try #require(throws: WindowErrors.self) { try RecurrenceRule(parsing: text) }
        #expect(refused.errors.map(\.message) == messages)
    }

    @Test func aRuleThatEndsBeforeItsFirstDayIsRefused() throws {
        let from = try #require(CivilDate(year: 2026, month: 6, day: 2))
        #expect(try RecurrenceRule(parsing: "FREQ=DAILY;UNTIL=20260602", from: from).from == from)
        let refused = try #require(throws: WindowErrors.self) {
            try RecurrenceRule(parsing: "FREQ=DAILY;UNTIL=20260601", from: from)
        }
        #expect(refused.errors.map(\.message) == ["UNTIL is before from: the rule ends before it begins"])
    }

    @Test func aRuleIsNotLongerThanARuleCanBe() throws {
        let refused = try #require(throws: WindowErrors.self) {
            try RecurrenceRule(parsing: "FREQ=DAILY;X=" + String(repeating: "x", count: 500))
        }
        #expect(refused.errors.map(\.message) == ["a rule has at most 500 bytes"])
        // Nor does it have more parts, each of which could be a mistake.
        let parts = try #require(throws: WindowErrors.self) {
            try RecurrenceRule(parsing: String(repeating: ";", count: 400))
        }
        #expect(parts.errors.map(\.message) == ["a rule has no more than 14 parts"])
    }
}
