import Testing
import Time

@testable import Calendars

@Suite struct TimelineTests {
    private func at(_ microseconds: Int64) -> Instant { Instant(microseconds: microseconds) }

    @Test func eachInstantIsInOneStretchAndItsEndIsInTheNext() throws {
        let timeline = Timeline(
            coverage: at(0)..<at(100), beginningWith: "open",
            changes: [(at(10), "closed"), (at(20), "closed"), (at(30), "open"), (at(30), "closed"), (at(40), "open")])
        #expect(timeline.count == 3)
        #expect(timeline.stretch(at: at(9))?.phase == "open")
        #expect(timeline.stretch(at: at(10)) == .init(phase: "closed", start: at(10), end: at(40)))
        #expect(timeline.stretch(at: at(39))?.phase == "closed")
        #expect(timeline.stretch(at: at(99)) == .init(phase: "open", start: at(40), end: nil))
        #expect(timeline.stretch(at: at(100)) == nil)
        #expect(timeline.stretch(at: at(-1)) == nil)
    }
}
