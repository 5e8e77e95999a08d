import Engine
import Store
import Testing
import Time

@testable import Postgres

@Suite struct ServiceClockTests {
    private let real = Instant(microseconds: 1_763_650_800_000_000)
    private let simulated = Instant(microseconds: 1_900_000_000_000_000)

    /// A measurement taken now, by a database whose clock is off by so much.
    private func reading(off: TimeSpan = .seconds(0)) -> ClockReading {
        ClockReading(
            databaseNow: real + off, roundTrip: .seconds(0), measuredAt: .now(), machineNow: real)
    }

    @Test func theTimeIsTheDatabases() {
        let clock = ServiceClock(isDrill: false)
        clock.set(reading(), drill: nil)
        #expect(clock.now() >= real && clock.now() < real + .minutes(10))
        clock.set(reading(off: .hours(-5)), drill: nil)
        #expect(clock.now() < real - .hours(4))
    }

    @Test func aSimulatedClockDoesNotGoBackWhenItIsMeasuredAnew() {
        let clock = ServiceClock(isDrill: true)
        let anchor = DrillStore.Anchor(anchoredAt: real, simulated: simulated, rate: 1_000)
        clock.set(reading(), drill: anchor)
        let before = clock.now()
        #expect(before >= simulated)
        clock.set(reading(off: .seconds(-30)), drill: anchor)
        #expect(clock.now() >= before)
        clock.set(reading(off: .hours(1)), drill: anchor)
        #expect(clock.now() >= simulated + .hours(1_000))
    }

    @Test(arguments: [(0, false), (500, false), (501, true), (-501, true)])
    func aClockThatIsFarOffIsToldOf(milliseconds: Int64, isSkewed: Bool) {
        let clock = ServiceClock(isDrill: false)
        clock.set(reading(off: .milliseconds(milliseconds)), drill: nil)
        #expect(clock.isSkewed == isSkewed)
        #expect(clock.skew == .milliseconds(milliseconds))
    }
}

@Suite struct AnchorTests {
    @Test func aSimulatedClockRunsAtItsRate() {
        let (real, simulated) = (Instant(microseconds: 1_000), Instant(microseconds: 500_000))
        let anchor = DrillStore.Anchor(anchoredAt: real, simulated: simulated, rate: 2.5)
        #expect(anchor.simulated(at: real) == simulated)
        #expect(anchor.simulated(at: real + .seconds(4)) == simulated + .seconds(10))
        #expect(
            DrillStore.Anchor(anchoredAt: real, simulated: simulated, rate: 100_000).simulated(at: real + .days(40_000))
                == simulated)
    }
}
