import Calendars
import Time

extension GatePlan {
    /// When all of these gates are open at once; nothing while one cannot be told.
    static func together(_ tables: [Table]) -> Timeline<Bool>? {
        var coverage = windowCoverage
        var changes: [(at: Instant, closes: Int)] = []
        var closedAtFirst = 0
        for table in tables {
            switch table {
            case .timeless: continue
            case .faulty: return nil
            case .market(let timeline, _):
                coverage = coverage.clamped(to: timeline.coverage)
                closedAtFirst += add(timeline, to: &changes) { $0 == .open }
            case .window(let timeline, _, _):
                coverage = coverage.clamped(to: timeline.coverage)
                closedAtFirst += add(timeline, to: &changes) { $0 == .open }
            }
        }
        changes.sort { $0.at < $1.at }
        return timeline(coverage, closedAtFirst, changes)
    }

    /// Notes where a gate opens and closes; 1 if it is closed at first.
    private static func add<Phase>(
        _ timeline: Timeline<Phase>, to changes: inout [(at: Instant, closes: Int)], isOpen: (Phase) -> Bool
    ) -> Int {
        let first = isOpen(timeline.stretch(0).phase)
        var wasOpen = first
        for index in 1..<max(timeline.count, 1) {
            let stretch = timeline.stretch(index)
            let isOpen = isOpen(stretch.phase)
            if isOpen != wasOpen { changes.append((stretch.start, isOpen ? -1 : 1)) }
            wasOpen = isOpen
        }
        return first ? 0 : 1
    }

    private static func timeline(
        _ coverage: Range<Instant>, _ closedAtFirst: Int, _ changes: [(at: Instant, closes: Int)]
    ) -> Timeline<Bool> {
        var closed = closedAtFirst
        var steps: [(at: Instant, to: Bool)] = []
        var first = closed == 0
        for change in changes {
            closed += change.closes
            if change.at <= coverage.lowerBound { first = closed == 0 } else { steps.append((change.at, closed == 0)) }
        }
        return Timeline(coverage: coverage, beginningWith: first, changes: steps)
    }
}
