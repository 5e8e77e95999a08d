public import Calendars
public import Time

extension Situation {
    /// Why there is no schedule.
    public struct NoSchedule: Error, Hashable {
        /// What cannot be told.
        public let code: GateCode
        /// One sentence for a person.
        public let reason: String
    }

    /// When the Stage can be entered and when not, as far as time goes: its own gates, freezes, and whether it is
    /// disabled. Closed stretches at the range's edges are told whole, as they are whatever range is asked for.
    public func schedule(in asked: Range<Instant>) throws(NoSchedule) -> Schedule {
        if let fault { throw NoSchedule(code: .policyUnreadable, reason: fault) }
        guard isKnown, let plan else {
            throw NoSchedule(code: isKnown ? .policyMissing : .stageUnknown, reason: "'\(stage)' has no policy")
        }
        // What closes in turn may begin long before the range and end long after it.
        let range = (asked.lowerBound - Self.beyond)..<(asked.upperBound + Self.beyond)
        var closed: [Closure] = standingClosures(range)
        for (index, table) in plan.tables.enumerated() {
            let name = plan.policy.gates[index].name
            switch table {
            case .timeless: continue
            case .faulty(let code, let reason): throw NoSchedule(code: code, reason: reason)
            case .market(let timeline, let calendar):
                guard timeline.coverage.contains(asked) else {
                    throw NoSchedule(
                        code: .calendarOutsideCoverage,
                        reason: "\(calendar.id) is known from \(calendar.dates.lowerBound.text) to "
                            + "\(calendar.dates.upperBound.text) only")
                }
                timeline.forEachStretch(in: range.clamped(to: timeline.coverage)) { stretch in
                    guard stretch.phase != .open else { return }
                    closed.append(
                        Closure(stretch.start, stretch.end, name, stretch.phase.code, stretch.phase.isSession))
                }
            case .window(let timeline, let kind, _):
                guard timeline.coverage.contains(asked) else {
                    throw NoSchedule(
                        code: .windowOutsideCoverage, reason: "windows are known for the years 1990 to 2030 only")
                }
                timeline.forEachStretch(in: range.clamped(to: timeline.coverage)) { stretch in
                    guard stretch.phase != .open else { return }
                    let code: GateCode = kind == .deny ? .windowDenied : .windowNotAllowed
                    closed.append(Closure(stretch.start, stretch.end, name, code, true))
                }
            }
        }
        return Schedule(Closure.stretches(closed, in: asked), until: asked.upperBound)
    }

    /// No window is longer, nor does any exchange trade for as long without a pause.
    private static let beyond = TimeSpan.days(62)

    private func standingClosures(_ range: Range<Instant>) -> [Closure] {
        var closed = freezes.map { Closure($0.start, $0.end, GateKind.freeze.rawValue, .freezeActive, true) }
        if let disabling {
            closed.append(Closure(disabling.start, disabling.end, GateKind.stage.rawValue, .stageDisabled, true))
        }
        return closed.filter { $0.start < range.upperBound && $0.end.map { range.lowerBound < $0 } ?? true }
    }
}

/// A stretch of time for which one gate is closed.
private struct Closure {
    let start: Instant
    let end: Instant?
    let name: String
    let code: GateCode
    /// Margins only go with something else.
    let isMain: Bool

    init(_ start: Instant, _ end: Instant?, _ name: String, _ code: GateCode, _ isMain: Bool) {
        self.start = start
        self.end = end
        self.name = name
        self.code = code
        self.isMain = isMain
    }

    /// Open and closed stretches in turn: closures that touch become one, named after the first that is no margin.
    static func stretches(_ closures: [Closure], in range: Range<Instant>) -> [ScheduleStretch] {
        var stretches: [ScheduleStretch] = []
        // Since when it is open, if it is to be told.
        var opens = range.lowerBound as Instant?
        var index = 0
        let closures = closures.sorted { $0.start < $1.start }
        var nextClose: Instant?
        while index < closures.count, let since = opens {
            var lead = closures[index]
            let start = lead.start
            var end = lead.end
            var names = [lead.name]
            index += 1
            while index < closures.count, end.map({ closures[index].start <= $0 }) ?? true {
                let next = closures[index]
                if !names.contains(next.name) { names.append(next.name) }
                if next.isMain && !lead.isMain { lead = next }
                if let known = end { end = next.end.map { Swift.max(known, $0) } }
                index += 1
            }
            if start >= range.upperBound {
                nextClose = start
                break
            }
            if let end, end <= range.lowerBound { continue }
            if since < start { stretches.append(open(since, start)) }
            stretches.append(
                ScheduleStretch(
                    start: start, end: end, isOpen: false, code: lead.code.rawValue,
                    reason: "closed by " + names.joined(separator: ", ")))
            opens = end
        }
        if let since = opens, since < range.upperBound { stretches.append(open(since, nextClose)) }
        return stretches
    }

    private static func open(_ start: Instant, _ end: Instant?) -> ScheduleStretch {
        ScheduleStretch(start: start, end: end, isOpen: true, code: GateCode.stageOpen.rawValue, reason: "open")
    }
}

extension Timeline {
    /// The stretches that reach into a range.
    fileprivate func forEachStretch(in range: Range<Instant>, _ body: (Stretch) -> Void) {
        guard var index = index(at: range.lowerBound) else { return }
        while index < count {
            let stretch = stretch(index)
            guard stretch.start < range.upperBound else { return }
            body(stretch)
            index += 1
        }
    }
}

extension Range<Instant> {
    fileprivate func contains(_ other: Range<Instant>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
