import Calendars
import Time

extension Judge {
    /// What all gates say together.
    func decision() -> Decision {
        var hasClosed = false
        var hasUnknown = false
        var isStopped = false
        var isStoppedByUnknown = false
        var isFinal = false
        var binds = false
        var leading: Int?
        for (index, gate) in gates.enumerated() where gate.code.verdict != .open {
            let isClosed = gate.code.verdict == .closed
            if isClosed { hasClosed = true } else { hasUnknown = true }
            if leading.map({ isBefore(gate, gates[$0]) }) ?? true { leading = index }
            guard !gate.isCovered else { continue }
            if isClosed { isStopped = true } else { isStoppedByUnknown = true }
            isFinal = isFinal || gate.code.isFinal
            // Somebody's own word binds also where a policy only observes.
            binds = binds || gate.kind == .stage || gate.kind == .freeze
        }
        let observes = situation.plan?.policy.enforcement == .observe
        let isAllowed = !isStopped && !isStoppedByUnknown || observes && !binds
        let verdict: Verdict =
            if isStopped { .closed } else if isStoppedByUnknown { .unknown } else if hasClosed {
                .closed
            } else { hasUnknown ? .unknown : .open }
        let times = times()
        return Decision(
            situation: situation, freight: freight, question: question, gates: gates, override: override,
            isAllowed: isAllowed, verdict: verdict, isFinal: isFinal && !isAllowed, leading: leading ?? 0,
            nextOpen: times.open, nextClose: times.close, nextQuiet: times.quiet)
    }

    /// Whether a gate leads before one that stands earlier: what stops comes before what an override passes, and what a
    /// closed gate says before what cannot be told.
    private func isBefore(_ gate: GateResult, _ other: GateResult) -> Bool {
        guard gate.isCovered == other.isCovered else { return other.isCovered }
        return gate.verdict == .closed && other.verdict == .unknown
    }

    /// When every time gate is open next, and until when, by what is known today.
    private func times() -> (open: Instant?, close: Instant?, quiet: Instant?) {
        let plan = situation.plan
        guard let together = question.isRollback ? plan?.togetherForRollback : plan?.together else {
            return (nil, nil, nil)
        }
        // Gates beside the policy's tables that time opens at a known instant.
        var earliest = question.at
        for gate in gates where gate.verdict == .closed && !gate.kind.isTime {
            if let until = gate.until { earliest = max(earliest, until) }
        }
        guard let place = together.index(at: earliest) else { return (nil, nil, nil) }
        let open = together.firstOpen(from: place, since: earliest, for: nil)
        let quiet = question.quiet.flatMap { together.firstOpen(from: place, since: earliest, for: $0)?.start }
        return (open?.start, open?.end, quiet)
    }
}

extension Timeline<Bool> {
    /// The first open stretch that lasts so long, counted from `since`; the last one lasts to the end of what is known.
    fileprivate func firstOpen(from place: Int, since: Instant, for span: TimeSpan?) -> (start: Instant, end: Instant?)?
    {
        var index = place
        while index < count {
            let stretch = stretch(index)
            let start = Swift.max(stretch.start, since)
            if stretch.phase, span.map({ start + $0 <= stretch.end ?? coverage.upperBound }) ?? true {
                return (start, stretch.end)
            }
            index += 1
        }
        return nil
    }
}
