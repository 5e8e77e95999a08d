/// What happens to a promotion.
public enum PromotionEvent: Hashable, Sendable {
    /// Something does not let it in, or on, for now.
    case held(PromotionHold)
    /// A gate says that neither time nor a person lets it in.
    case refused(GateCode)
    /// It was let in, and has the Stage's slot.
    case started
    /// It is about to do what cannot be undone.
    case sent
    /// What it was about to send was never sent, and whoever was about to can no longer send it.
    case withdrawn
    /// It is deployed, and is going to be looked at.
    case deployed
    /// It is given up, with a code that says why.
    case givenUp(PromotionCode)
    /// It ends.
    case ended(PromotionCode)
}

/// Why something cannot happen to a promotion.
public enum TransitionRefusal: Error, Hashable, Sendable {
    /// It has ended already.
    case ended(PromotionCode)
    /// It cannot happen where the promotion stands.
    case outOfPlace(Promotion.Phase)
    /// The gate's code says something else: `held` takes what may change, `refused` what is final.
    case otherCode(GateCode)
}

/// The promotion after an event; `docs/state-machine.md` has the table.
public func transition(_ promotion: Promotion, on event: PromotionEvent) throws(TransitionRefusal) -> Promotion {
    if case .ended(let code, _) = promotion.state { throw .ended(code) }
    switch event {
    case .held(.gate(let code)) where code.isFinal && !code.mayPassLater || code.verdict == .open:
        throw .otherCode(code)
    case .refused(let code) where !code.isFinal: throw .otherCode(code)
    default: break
    }
    guard let next = promotion.state.next(on: event, isExternal: promotion.kind == .external) else {
        throw .outOfPlace(promotion.phase)
    }
    return promotion.standing(next)
}

extension GateCode {
    /// Whether it is final only for whoever asks: a promotion that was made may outlast it, as when a Stage that was skipped
    /// is enabled again, and has not verified what was already on its way past it.
    public var mayPassLater: Bool { self == .availabilityNotVerified }
}

extension PromotionState {
    /// Where an event leads from here; nothing if it cannot happen.
    fileprivate func next(on event: PromotionEvent, isExternal: Bool) -> PromotionState? {
        switch (self, event) {
        case (.pending, .held(let hold)), (.waiting, .held(let hold)): .waiting(hold)
        // Nothing was done that cannot be undone: it gives the slot back.
        case (.running(.unsent), .held(let hold)): .waiting(hold)

        case (.pending, .refused(let code)), (.waiting, .refused(let code)), (.running(.unsent), .refused(let code)):
            .ended(.refused, gate: code)
        case (.running(.sent), .refused(let code)): .running(.condemned(code))
        case (.running(.condemned), .refused): self
        case (.verifying, .refused(let code)): .ended(.refusedAfterwards, gate: code)

        // What is stopped is stopped, whatever else is said of it.
        case (.running(.stopping), .refused), (.running(.stopping), .givenUp): self
        case (.running(.sent), .withdrawn): .running(.unsent)
        case (.running(.condemned(let code)), .withdrawn): .ended(.refused, gate: code)
        case (.running(.stopping(let code)), .withdrawn): .ended(code)

        // What was sent is told to stop first; a deployer outside cannot be told.
        case (.running(.sent), .givenUp(let code)) where code.givesUp && !isExternal,
            (.running(.condemned), .givenUp(let code)) where code.givesUp && !isExternal:
            .running(.stopping(code))
        case (_, .givenUp(let code)): code.givesUp ? .ended(code) : nil
        case (.running(.stopping(let stop)), .ended(let code)): stop == code ? .ended(code) : nil
        case (.running(.stopping), _): nil

        // A deployer outside has its answer, and acts on it where nobody sees.
        case (.pending, .started), (.waiting, .started): .running(isExternal ? .sent : .unsent)
        case (.running(.unsent), .sent), (.running(.sent), .sent): .running(.sent)

        case (.running(.condemned(let code)), .deployed), (.running(.condemned(let code)), .ended(.succeeded)):
            .ended(.refusedAfterwards, gate: code)
        case (.running, .deployed): .verifying

        case (_, .ended(let code)): code.canEnd(self) ? .ended(code) : nil
        default: nil
        }
    }
}

extension PromotionCode {
    /// Whether somebody's word, or the clock, is behind it and not how it went.
    fileprivate var givesUp: Bool {
        switch self {
        case .aborted, .abortedByDisabling, .abortedByOverrun, .deadlinePassed: true
        default: false
        }
    }

    /// Whether a promotion that stands there can end so. What a gate's final answer ends is told by the gate.
    fileprivate func canEnd(_ state: PromotionState) -> Bool {
        switch (self, state) {
        case (_, .ended), (.refused, _), (.refusedAfterwards, _): false
        case (.waitExpired, .pending), (.waitExpired, .waiting): true
        case (.superseded, .pending), (.superseded, .waiting): true
        case (.succeeded, .running), (.succeeded, .verifying): true
        case (.stepErrored, .running), (.deadlinePassed, .running): true
        case (.verificationFailed, .verifying), (.verificationErrored, .verifying): true
        case (_, .running(.unsent)): false
        case (.syncFailed, .running), (.degraded, .running), (.reportedFailed, .running): true
        default: false
        }
    }
}
