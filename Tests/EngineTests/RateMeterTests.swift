import Engine
import Testing
import Time

@Suite struct RateMeterTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    @Test func afterAPauseTwoSecondsWorthPassAtOnce() {
        let meter = RateMeter(perSecond: 10)
        for _ in 0..<20 { #expect(meter.pass(at: start) == nil) }
        #expect(meter.pass(at: start) != nil)
    }

    @Test func whoWaitsAsLongAsToldMayPass() throws {
        let meter = RateMeter(perSecond: 7)
        while meter.pass(at: start) == nil {}
        let wait = try #require(meter.pass(at: start))
        #expect(wait > .seconds(0) && wait <= .seconds(1))
        #expect(meter.pass(at: start + TimeSpan(microseconds: wait.microseconds - 2)) != nil)
        #expect(meter.pass(at: start + wait) == nil)
    }

    @Test func overALongTimeExactlyTheRatePasses() {
        let meter = RateMeter(perSecond: 10)
        let passed = (0..<10_000).count { meter.pass(at: start + .milliseconds(Int64($0) * 10)) == nil }
        #expect(passed == 10 * 100 + 20 - 1 || passed == 10 * 100 + 20)
    }

    @Test func anEvenPaceIsNeverHeldUp() {
        let meter = RateMeter(perSecond: 100)
        for step in 0..<1_000 { #expect(meter.pass(at: start + .milliseconds(Int64(step) * 10)) == nil) }
    }

    @Test func aLongPauseSavesNoMoreThanTwoSeconds() {
        let meter = RateMeter(perSecond: 5)
        _ = meter.pass(at: start)
        let passed = (0..<100).count { _ in meter.pass(at: start + .hours(10)) == nil }
        #expect(passed == 10)
    }

    @Test func zeroIsWithoutALimit() {
        let meter = RateMeter(perSecond: 0)
        for _ in 0..<100_000 where meter.pass(at: start) != nil { Issue.record("a request was held up") }
    }

    @Test func manyThreadsTogetherGetNoMoreThanOne() async {
        let meter = RateMeter(perSecond: 1_000)
        let passed = await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { (0..<1_000).count { _ in meter.pass(at: start) == nil } } }
            return await group.reduce(0, +)
        }
        #expect(passed == 2_000)
    }
}
