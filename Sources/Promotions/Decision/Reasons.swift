import Calendars
import Time
import TimeZones

/// What a decision says to a person. Where the instants are on the day that was asked about, their day is left out.
public struct Reasons {
    private let decision: Decision
    private let zone: ZoneRules?
    private let today: CivilDate?

    /// The words for a decision.
    public init(_ decision: Decision) {
        self.decision = decision
        zone = decision.situation.plan?.zone
        today = zone?.local(at: decision.question.at).date
    }

    private var situation: Situation { decision.situation }
    private var question: Question { decision.question }
    private var freight: FreightFacts? { decision.freight }

    /// One sentence: what holds, why, and until when.
    public var whole: String {
        let stage = situation.stage
        if decision.verdict == .open { return "\(stage) is open" + until(decision.nextClose) }
        let why = of(decision.gates[decision.leading])
        if decision.isAllowed {
            return decision.isObserved
                ? "\(stage) only observes and lets it in, although: \(why)"
                : "break-glass lets it into \(stage), although: \(why)"
        }
        return decision.verdict == .closed
            ? "\(stage) is closed: \(why)" : "it cannot be told whether \(stage) is open: \(why)"
    }

    /// One sentence about one gate.
    public func of(_ gate: GateResult) -> String {
        guard let rule = gate.rule, let plan = situation.plan else { return reason(ofImplicit: gate) }
        return switch plan.tables[rule] {
        case .market(let timeline, let calendar): reason(of: gate, timeline, calendar)
        case .window(_, let kind, _): reason(of: gate, kind)
        case .faulty(_, let reason): reason
        case .timeless: reason(of: gate, plan.policy.gates[rule].kind)
        }
    }

    private func reason(of gate: GateResult, _ kind: GateRule.Kind) -> String {
        switch kind {
        case .approval(let rule):
            "\(freight?.count(of: rule, at: question.at) ?? 0) of \(rule.required) approvals"
        case .soak(let time): reason(of: gate, soak: time)
        case .verification(let rule): reason(of: gate, rule)
        case .market, .window: ""
        }
    }

    private func reason(ofImplicit gate: GateResult) -> String {
        let stage = situation.stage
        return switch gate.code {
        case .promotionFits, .promotionMismatch, .promotionOver, .promotionSlotTaken: claimReason
        case .stageOpen: "\(stage) takes releases in"
        case .stageUnknown: "there is no Stage '\(stage)' in '\(situation.project)'"
        case .policyUnreadable: situation.fault ?? "the project's policies cannot be read"
        case .policyMissing: "'\(stage)' has no StagePolicy; one with 'gates: []' would open it"
        case .stageDisabled:
            situation.disabling.map { "\($0.owner) disabled it: \($0.reason)" + until(gate.until) } ?? "it is disabled"
        case .freezeNone: "no freeze"
        case .freezeActive: freezeReason(gate)
        case .storeUnavailable: "the database cannot be asked"
        case .clockSkew: "this server's clock and the database's are too far apart"
        case .auditRolledBack:
            "the audit log is not the one that this server knew; an admin and an approver have to accept it"
        default: freightReason(gate)
        }
    }

    private var claimReason: String {
        switch question.claim {
        case .mismatch(let what): what
        case .over(let phase): "the promotion has ended: \(phase.rawValue)"
        case .slotTaken(let other): "\(other) is at work in \(situation.stage)"
        case .fits, nil: "the promotion is what it says"
        }
    }

    private func freezeReason(_ gate: GateResult) -> String {
        let active = situation.freezes.first {
            $0.isActive(at: question.at) && !(question.isRollback && $0.passesRollbacks)
        }
        return active.map { "\($0.owner) froze it: \($0.reason)" + until(gate.until) } ?? "it is frozen"
    }

    private func freightReason(_ gate: GateResult) -> String {
        let id = freight?.id.prefix(12) ?? ""
        switch (gate.kind, freight?.standing, freight?.availability) {
        case (.freight, .rejected(let reason), _): return "Freight \(id) was rejected: \(reason)"
        case (.freight, .unknown, _): return "there is no Freight '\(id)'"
        case (.freight, .wrongOrigin, _): return "the Stage does not take Freight \(id) from where it comes"
        case (.freight, .notMirrored, _): return "Kargo's word on Freight \(id) is missing or too old"
        case (.freight, _, _): return "Freight \(id) is known"
        case (_, _, .direct): return "the Stage takes Freight as it comes"
        case (_, _, .verified(let stages)): return "verified in \(stages.joined(separator: ", "))"
        case (_, _, .notVerified(let stages)): return "not verified in \(stages.joined(separator: ", "))"
        case (_, _, .soaking(let stage, let end)):
            return question.at < end ? "it stays in \(stage) until \(clock(end))" : "verified in \(stage)"
        case (_, _, .notSoaked(let stages)): return "it left \(stages.joined(separator: ", ")) before its time"
        case (_, _, .noUpstream): return "no enabled Stage before this one could verify it"
        default: return "whether Freight \(id) was verified cannot be told"
        }
    }

    private func reason(
        of gate: GateResult, _ timeline: Timeline<MarketPhase>, _ calendar: ExchangeCalendar
    ) -> String {
        let name = calendar.id
        guard let place = timeline.index(at: question.at) else {
            return "\(name) is known from \(calendar.dates.lowerBound.text) to \(calendar.dates.upperBound.text) only"
        }
        let stretch = timeline.stretch(place)
        switch gate.code {
        case .marketOpen: return "outside the sessions of \(name)" + until(gate.until)
        case .marketNoRoom: return "the work would not be done before the next session of \(name)"
        case .marketBeforeOpen:
            return "\(name) opens at \(clock(stretch.end, calendar.zone)), and it is too close before that"
        case .marketAfterClose:
            return "\(name) closed at \(clock(stretch.start, calendar.zone)), and the margin after it lasts"
                + until(gate.until, calendar.zone)
        default:
            let session = "\(name) \(stretch.phase.word) session until \(clock(stretch.end, calendar.zone))"
            guard let close = stretch.end, let end = gate.until, close < end else { return session }
            let isMargin = timeline.stretch(at: close)?.phase == .afterClose
            return isMargin
                ? "\(session), and \((end - close).text) after it"
                : "\(session), and what follows" + until(end, calendar.zone)
        }
    }

    private func reason(of gate: GateResult, _ kind: Window.Kind) -> String {
        switch gate.code {
        case .windowOpen:
            kind == .deny ? "outside the window" + until(gate.until) : "inside the window" + until(gate.until)
        case .windowDenied: "inside a window that denies" + until(gate.until)
        case .windowNotAllowed:
            gate.until.map { "the window that allows begins at \(clock($0))" } ?? "outside the window that allows"
        case .windowNoRoom: "the work would not be done before the window closes it" + until(gate.until)
        default: "windows are known for the years 1990 to 2030 only"
        }
    }

    private func reason(of gate: GateResult, soak time: TimeSpan) -> String {
        switch gate.code {
        case .soakDone: "verified for \(time.text) or longer"
        case .soakRunning: "verified for less than \(time.text)" + until(gate.until)
        default: "not verified yet, and then for \(time.text)"
        }
    }

    private func reason(of gate: GateResult, _ rule: VerificationRule) -> String {
        switch gate.code {
        case .verificationPassed: "\(rule.suite) passed"
        case .verificationAdvisory: "\(rule.suite) is told, and closes nothing"
        case .verificationRunning: "\(rule.suite) is running"
        case .verificationFailed: "\(rule.suite) failed"
        case .verificationErrored: "\(rule.suite) could not be run to its end"
        case .verificationExpired: "\(rule.suite) passed longer ago than counts"
        default: "\(rule.suite) has not been run"
        }
    }

    private func until(_ instant: Instant?, _ zone: ZoneRules? = nil) -> String {
        instant.map { " until \(clock($0, zone))" } ?? ""
    }

    private func clock(_ instant: Instant?, _ given: ZoneRules? = nil) -> String {
        guard let instant else { return "what is known ends" }
        guard let zone = given ?? zone else { return instant.text }
        let (local, abbreviation) = zone.reading(at: instant)
        let today = given == nil ? today : zone.local(at: question.at).date
        let time = [UInt8](capacity: CivilDate.textLength + TimeOfDay.textLength + 2) { place in
            if local.date != today {
                local.date.write(to: &place)
                place.append(UInt8(ascii: " "))
            }
            local.time.write(to: &place)
            place.append(UInt8(ascii: " "))
        }
        return String(decoding: time, as: UTF8.self) + abbreviation
    }
}

extension MarketPhase {
    /// The session's name for a person.
    fileprivate var word: String {
        switch self {
        case .pre: "pre-market"
        case .core: "core"
        case .post: "late"
        case .overnight: "overnight"
        case .open, .beforeOpen, .afterClose: "no"
        }
    }
}
