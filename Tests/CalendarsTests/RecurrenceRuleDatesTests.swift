import Glibc
import Testing
import Time

@testable import Calendars

private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(written: text)) }

@Suite struct RecurrenceRuleDatesTests {
    @Test(arguments: [
        // The third Friday is when options expire.
        ("FREQ=MONTHLY;BYDAY=3FR", nil, "2026-01-16 2026-02-20 2026-03-20"),
        ("FREQ=MONTHLY;BYDAY=-1FR", nil, "2026-01-30 2026-02-27 2026-03-27"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", nil, "2026-01-31 2026-02-28 2026-03-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=30", nil, "2026-01-30 2026-03-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", nil, "2026-02-13 2026-03-13"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", nil, "2026-01-30 2026-02-27 2026-03-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;BYMONTH=3", nil, "2026-03-02 2026-03-31"),
        ("FREQ=MONTHLY;BYDAY=5FR", nil, "2026-01-30"),
        ("FREQ=YEARLY;BYDAY=5FR,-44MO", nil, "2026-01-30 2026-03-02"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", nil, "2026-03-08"),
        ("FREQ=YEARLY;BYMONTHDAY=1", nil, "2026-01-01 2026-02-01 2026-03-01"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", nil, ""),
        ("FREQ=YEARLY", "2025-02-03", "2026-02-03"),
        ("FREQ=YEARLY;BYMONTH=3", "2025-02-03", "2026-03-03"),
        ("FREQ=MONTHLY;INTERVAL=2", "2025-12-31", ""),
        ("FREQ=MONTHLY;INTERVAL=2", "2025-11-29", "2026-01-29 2026-03-29"),
        (
            "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,SU", "2026-01-08",
            "2026-01-11 2026-02-02 2026-02-08 2026-03-02 2026-03-08 2026-03-30"
        ),
        ("FREQ=WEEKLY;INTERVAL=5", "2026-01-08", "2026-01-08 2026-02-12 2026-03-19"),
        ("FREQ=DAILY;INTERVAL=40", "2025-12-31", "2026-02-09 2026-03-21"),
        ("FREQ=DAILY;UNTIL=20260103", nil, "2026-01-01 2026-01-02 2026-01-03"),
        ("FREQ=DAILY;UNTIL=20260101T120000Z", nil, "2026-01-01 2026-01-02"),
        ("FREQ=DAILY", "2026-03-30", "2026-03-30 2026-03-31"),
        ("FREQ=DAILY;BYMONTHDAY=10,-10;BYMONTH=2", nil, "2026-02-10 2026-02-19"),
    ])
    func ofTheFirstQuarterOf2026(rule: String, from: String?, dates: String) throws {
        let rule = try RecurrenceRule(parsing: rule, from: from.map(day))
        let named = rule.dates(in: try day("2026-01-01")...day("2026-03-31"))
        #expect(named.map(\.written).joined(separator: " ") == dates)
    }

    /// Every rule names the days that a model names which counts them one by one.
    @Test func randomRulesNameWhatTheModelNames() async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("rules were drawn with the seed \(seed)")
        var generator = SeededWindows(state: seed)
        let range = try day("2023-05-17")...day("2024-11-03")
        var named = 0
        for _ in 0..<60 {
            // Other tests' servers share these threads.
            await Task.yield()
            let (text, from) = RandomRule.make(using: &generator)
            let rule = try RecurrenceRule(parsing: text, from: from)
            let dates = rule.dates(in: range)
            #expect(
                dates == DateModel.dates(of: rule, in: range), "seed \(seed): \(text) from \(String(describing: from))")
            named += dates.count
        }
        #expect(named > 0)
    }

    private static let cases = getenv("GATEHOUSE_RRULE_CASES").map { String(cString: $0) }

    /// `scripts/check-rrule` draws rules and lets python-dateutil say which days they name.
    @Test(.enabled(if: cases != nil, "skipped: scripts/check-rrule runs it"))
    func rulesNameWhatDateutilNames() throws {
        let file = try #require(fopen(Self.cases, "r"))
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var count = 0
        while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
            let parts = text.dropLast().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            try #require(parts.count == 5)
            let rule = try RecurrenceRule(parsing: parts[0], from: parts[1].isEmpty ? nil : day(parts[1]))
            let dates = rule.dates(in: try day(parts[2])...day(parts[3]))
            #expect(dates.map(\.written).joined(separator: " ") == parts[4], "\(parts[0]) from \(parts[1])")
            count += 1
        }
        #expect(count > 100)
    }
}
