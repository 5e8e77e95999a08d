/// How something that a promotion did outside ended.
public enum WorkResult: Hashable, Sendable {
    /// Well.
    case done
    /// It was found wanting; the code says how.
    case failed(PromotionCode)
    /// It could not be done.
    case errored
    /// It was refused, and nothing has been done.
    case refused
    /// It took longer than it may.
    case late
    /// It was told to stop, and has.
    case stopped
}

extension Promotion {
    /// What happens to a promotion when something that it did outside has ended, and the rest is still to be done.
    ///
    /// `refusal` is the code of a gate that says by then that it should never have been sent.
    public func events(after work: Work, _ result: WorkResult, rest: [Work], refusal: GateCode?) -> [PromotionEvent] {
        if case .running(.stopping(let code)) = state { return [.ended(code)] }
        let refused = refusal.map { [PromotionEvent.refused($0)] } ?? []
        switch (work, result) {
        case (.deploy, .done):
            return refused + [rest.isEmpty ? .ended(.succeeded) : .deployed]
        case (.deploy, .failed(let code)): return refused + [.ended(code == .degraded ? code : .syncFailed)]
        case (.deploy, .errored), (.deploy, .refused), (.deploy, .stopped): return refused + [.ended(.stepErrored)]
        case (.deploy, .late): return refused + [.ended(.deadlinePassed)]
        // A refusal ends what is verified at once.
        case (.verify, _) where refusal != nil: return refused
        case (.verify, .failed) where work.counts: return [.ended(.verificationFailed)]
        case (.verify, .done), (.verify, .failed): return rest.isEmpty ? [.ended(.succeeded)] : []
        case (.verify, _) where work.counts: return [.ended(.verificationErrored)]
        case (.verify, _): return rest.isEmpty ? [.ended(.succeeded)] : []
        }
    }
}
