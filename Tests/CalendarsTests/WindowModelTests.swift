import Testing
import Time
import TimeZones

@testable import Calendars

/// What clocks show at each minute of some weeks: readings are found by looking through all of them.
private struct Minutes {
    let first: Int
    let walls: [Int]

    init(days: Range<Int>, zone: ZoneRules) {
        first = days.lowerBound * 1_440
        walls = (first..<days.upperBound * 1_440).map { minute in
            minute + zone.offset(at: Instant(microseconds: Int64(minute) * 60_000_000)) / 60
        }
    }

    /// The minutes at which clocks show this; where none do, the first at which they show more.
    func readings(_ wall: Int) -> (earliest: Int, latest: Int)? {
        let near = walls.indices.clamped(to: (wall - first - 1_600)..<(wall - first + 1_600))
        let shown = near.filter { walls[$0] == wall }
        if let earliest = shown.first, let latest = shown.last { return (first + earliest, first + latest) }
        return near.first { walls[$0] > wall }.map { (first + $0, first + $0) }
    }
}

/// Which minutes are inside a window, one by one.
private struct WindowModel {
    let minutes: Minutes
    let isDeny: Bool
    let start: Int
    let end: Int?
    let duration: Int

    func inside(_ dates: [CivilDate]) -> Set<Int> {
        var inside: Set<Int> = []
        for date in dates {
            let midnight = date.daysSinceEpoch * 1_440
            guard let opens = minutes.readings(midnight + start) else { continue }
            let endWall = end.map { midnight + ($0 <= start ? 1_440 : 0) + $0 }
            guard let closes = endWall.map(minutes.readings) ?? opens else { continue }
            let from = isDeny ? opens.earliest : opens.latest
            let until = (isDeny ? closes.latest : closes.earliest) + (end == nil ? duration : 0)
            if from < until { inside.formUnion(from..<until) }
        }
        return inside
    }
}

@Suite struct WindowModelTests {
    private static func text(_ minute: Int) -> String {
        TimeOfDay(microseconds: Int64(minute) * 60_000_000)?.text ?? ""
    }

    /// Times at which something happens on the days on which clocks are set, and others.
    private static let starts = [0, 30, 60, 90, 105, 120, 150, 179, 180, 210, 570, 1_080, 1_439]

    @Test(arguments: [
        (WindowZones.newYork, "2026-03-08"), (WindowZones.newYork, "2026-11-01"),
        (WindowZones.midnight, "2026-03-08"), (WindowZones.midnight, "2026-11-01"),
    ])
    func randomWindowsHoldTheMinutesThatTheModelHolds(zone: ZoneRules, day: String) async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("windows were drawn with the seed \(seed)")
        var generator = SeededWindows(state: seed)
        let middle = try #require(CivilDate(written: day)).daysSinceEpoch
        let minutes = Minutes(days: (middle - 9)..<(middle + 10), zone: zone)
        let asked = (middle - 3) * 1_440..<(middle + 4) * 1_440
        func instant(_ minute: Int) -> Instant { Instant(microseconds: Int64(minute) * 60_000_000) }
        var (held, free) = (0, 0)
        for _ in 0..<40 {
            // Other tests' servers share these threads.
            await Task.yield()
            let isDeny = Bool.random(using: &generator)
            let start = Self.starts.randomElement(using: &generator) ?? 0
            let end = Bool.random(using: &generator) ? (Self.starts + [1_440]).randomElement(using: &generator) : nil
            let duration = [1, 30, 60, 90, 480, 1_440, 2_000].randomElement(using: &generator) ?? 1
            let rule = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=SA,SU,MO", "FREQ=WEEKLY;BYDAY=TU"]
                .randomElement(using: &generator)
            let fields = Window.Fields(
                kind: isDeny ? "deny" : "allow", timeZone: zone.id, rrule: rule, start: Self.text(start),
                end: end.map(Self.text), duration: end == nil ? "\(duration)m" : nil)

            let window = try Window(fields)
            let intervals = window.intervals(in: instant(asked.lowerBound)..<instant(asked.upperBound), zone: zone)
            let timeline = window.timeline(
                coverage: instant(asked.lowerBound)..<instant(asked.upperBound), zone: zone)

            guard case .recurring(let recurrence, _, _) = window.times else { continue }
            let dates = recurrence.dates(
                in: CivilDate(daysSinceEpoch: middle - 7)...CivilDate(daysSinceEpoch: middle + 7))
            let model = WindowModel(minutes: minutes, isDeny: isDeny, start: start, end: end, duration: duration)
                .inside(dates)
            let wrong = asked.filter { minute in
                let isInside = intervals.contains { $0.contains(instant(minute)) }
                let isClosed = timeline.stretch(at: instant(minute))?.phase == .closed
                return isInside != model.contains(minute) || isClosed != (isInside == isDeny)
            }
            #expect(wrong == [], "seed \(seed): \(fields)")
            #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            held += asked.count { model.contains($0) }
            free += asked.count { !model.contains($0) }
        }
        #expect(held > 0 && free > 0)
    }

    @Test func whatIsAskedOfAPartIsAPartOfTheWhole() throws {
        let window = try Window(
            .init(
                kind: "deny", timeZone: "America/New_York", rrule: "FREQ=MONTHLY;BYMONTHDAY=1", start: "12:00",
                duration: "31d"))
        // The occurrence that holds this began in the month before.
        let range = try Instant(parsing: "2026-08-01T00:00:00Z")..<Instant(parsing: "2026-08-01T01:00:00Z")
        #expect(window.intervals(in: range, zone: WindowZones.newYork) == [range])
    }

    @Test func fortyYearsOfNightsAreAsManyIntervals() throws {
        let window = try Window(
            .init(
                kind: "deny", timeZone: "America/New_York", rrule: "FREQ=DAILY", start: "22:00", end: "06:00"))
        let range = try Instant(parsing: "2007-01-01T05:00:00Z")..<Instant(parsing: "2047-01-01T05:00:00Z")
        let timeline = window.timeline(coverage: range, zone: WindowZones.newYork)
        #expect(timeline.count == 2 * 14_610 + 1)
    }

    @Test func outsideTheZonesTableNothingIsSaid() throws {
        let window = try Window(
            .init(kind: "allow", timeZone: "America/New_York", rrule: "FREQ=DAILY", start: "09:00", end: "17:00"))
        let zone = WindowZones.newYork
        let past = Instant(microseconds: .min)..<Instant(microseconds: .max)
        let timeline = window.timeline(coverage: past, zone: zone)
        #expect(timeline.coverage == zone.coverage)
        #expect(timeline.stretch(at: zone.coverage.upperBound) == nil)
        #expect(window.intervals(in: zone.coverage.upperBound..<Instant(microseconds: .max), zone: zone) == [])
    }
}
