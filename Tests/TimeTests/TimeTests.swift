import Testing
import Time

@Suite struct ReadingInstants {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-20T15:00:00.123456Z", 1_795_186_800_123_456),
            ("2026-11-20T10:00:00-05:00", 1_795_186_800_000_000),
            ("2026-11-20T10:00:00.5-05:00", 1_795_186_800_500_000),
            ("2026-11-20t15:00:00z", 1_795_186_800_000_000),
            ("2026-11-20T16:00:00 01:00", 1_795_186_800_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999_999),
            ("2026-01-01T23:59:59.999999999Z", 1_767_311_999_999_999),
            ("1969-12-31T23:59:59.999999Z", -1),
        ] as [(String, Int64)])
    func accepts(_ text: String, _ microseconds: Int64) throws {
        #expect(try Instant(parsing: text).microseconds == microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-03-09T09:30:00", "2026-03-09", "2026-03-09T09:30:00-00:00", "2026-03-09T24:00:00Z",
        "2026-03-09T09:60:00Z", "2026-03-09T09:30:60Z", "2026-12-31T23:59:60Z", "2016-12-31T23:59:60+01:00",
        "2026-03-09T09:30:00+14:01", "2026-03-09T09:30:00-23:59", "2026-02-30T09:30:00Z", "26-03-09T09:30:00Z",
        "2026-03-09T09:30:00+0100", "2026-068T09:30:00Z", "2026-W10-1T09:30:00Z", " 2026-03-09T09:30:00Z",
        "2026-03-09T09:30:00Z ", "2026-03-09 09:30:00Z", "٢٠٢٦-03-09T09:30:00Z", "2026-03-09T09:30:00.Z",
        "2026-03-09T09:30:00.1234567890Z", "2026-03-09T09:30:00\u{0}Z", "0000-01-01T00:00:00Z",
        "2026-03-09T09:30:00" + String(repeating: "0", count: 60) + "Z",
    ])
    func refuses(_ text: String) {
        #expect(throws: Instant.ParseError.self) { try Instant(parsing: text) }
    }

    @Test func writesWhatItReads() throws {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)
        var state = seed
        for _ in 0..<10_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // 0001-01-01 to 9999-12-31
            let microseconds = Int64(state >> 1) % 315_537_897_600_000_000 - 62_135_596_800_000_000
            let instant = Instant(microseconds: microseconds)
            #expect(try Instant(parsing: instant.text) == instant, "seed \(seed), \(instant.text)")
        }
    }
}

@Suite struct CivilDates {
    @Test func countsEveryDayOfFourCenturiesInOrder() {
        var expected = CivilDate(year: 1800, month: 1, day: 1)?.daysSinceEpoch ?? 0
        for year in 1800..<2200 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let date = CivilDate(year: year, month: month, day: day) else { continue }
                    #expect(date.daysSinceEpoch == expected)
                    #expect(CivilDate(daysSinceEpoch: expected) == date)
                    expected += 1
                }
            }
        }
        #expect(CivilDate(year: 2200, month: 1, day: 1)?.daysSinceEpoch == expected)
    }

    @Test func hasLeapDaysByTheGregorianRule() {
        #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 1900, month: 2, day: 29) == nil)
        #expect(CivilDate(year: 2024, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 2026, month: 2, day: 29) == nil)
    }
}

@Suite struct Spans {
    @Test(
        arguments: [("90m", 5_400), ("1d12h", 129_600), ("24h", 86_400), ("1h30m10s", 5_410), ("0s", 0)]
            as [(String, Int64)])
    func reads(_ text: String, _ seconds: Int64) throws {
        #expect(try TimeSpan(parsing: text) == .seconds(seconds))
    }

    @Test(arguments: ["", "5", "m", "1m1h", "1h1h", "1.5h", "-1h", "1w", " 1h", "1 h", "99999999999s", "40000d"])
    func refuses(_ text: String) {
        #expect(throws: TimeSpan.ParseError.self) { try TimeSpan(parsing: text) }
    }

    @Test func writesWhatItReads() throws {
        for text in ["1d12h", "45m", "1h30m10s", "0s", "365d"] {
            #expect(try TimeSpan(parsing: text).text == text)
        }
    }

    @Test func stopsAtTheEndsOfTime() {
        let last = Instant(microseconds: .max)
        #expect(last + .seconds(1) == last)
        #expect(Instant(microseconds: .min) - .seconds(1) == Instant(microseconds: .min))
    }
}
