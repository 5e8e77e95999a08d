import Time
import TimeZones

@testable import Calendars

/// Zones that the tests of windows need, made from their rules.
enum WindowZones {
    /// New York from 2007 on: forward on March's second Sunday, back on November's first, at two o'clock.
    static let newYork = zone("America/New_York", standard: -18_000, forward: "BYMONTH=3;BYDAY=2SU", hour: 7, back: 6)

    /// A zone that goes forward at midnight, as Santiago does, so that a day begins with a gap.
    static let midnight = zone("Test/Midnight", standard: -14_400, forward: "BYMONTH=3;BYDAY=2SU", hour: 4, back: 3)

    private static func zone(
        _ id: String, standard: Int, forward: String, hour: Int64, back: Int64
    ) -> ZoneRules {
        func instants(_ rule: String, _ hour: Int64) -> [Instant] {
            guard let rule = try? RecurrenceRule(parsing: "FREQ=YEARLY;" + rule),
                let first = CivilDate(year: 2007, month: 1, day: 1),
                let last = CivilDate(year: 2047, month: 12, day: 31)
            else { return [] }
            return rule.dates(in: first...last).map { midnightUTC($0) + .hours(hour) }
        }
        let forwards = instants(forward, hour).map { ZoneRules.Transition(at: $0, offset: standard + 3_600) }
        let backs = instants("BYMONTH=11;BYDAY=1SU", back).map { ZoneRules.Transition(at: $0, offset: standard) }
        return ZoneRules(
            id: id,
            coverage: Instant(microseconds: 1_167_609_600_000_000)..<Instant(microseconds: 2_461_449_600_000_000),
            initialOffset: standard, transitions: (forwards + backs).sorted { $0.at < $1.at })
    }

    /// Midnight in UTC.
    static func midnightUTC(_ date: CivilDate) -> Instant {
        Instant(microseconds: Int64(date.daysSinceEpoch) * 86_400_000_000)
    }
}

/// Random numbers that a seed repeats (SplitMix64).
struct SeededWindows: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
