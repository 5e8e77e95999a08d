import Promotions

/// A state in the columns that keep it.
struct KeptState {
    let phase: String
    let code: String?
    let gate: String?
    let progress: String?

    init(_ state: PromotionState) {
        phase = state.phase.rawValue
        switch state {
        case .pending, .verifying: (code, gate, progress) = (nil, nil, nil)
        case .waiting(let hold): (code, gate, progress) = (hold.code, nil, nil)
        case .running(.unsent): (code, gate, progress) = (nil, nil, "unsent")
        case .running(.sent): (code, gate, progress) = (nil, nil, "sent")
        case .running(.condemned(let gate)): (code, self.gate, progress) = (nil, gate.rawValue, "condemned")
        case .running(.stopping(let code)): (self.code, gate, progress) = (code.rawValue, nil, "stopping")
        case .ended(let code, let gate): (self.code, self.gate, progress) = (code.rawValue, gate?.rawValue, nil)
        }
    }
}

extension PromotionState {
    /// Reads what the columns keep; nothing where that makes no sense.
    init?(phase: String, code: String?, gate: String?, progress: String?) {
        let gateCode = gate.flatMap(GateCode.init)
        guard (gate == nil) == (gateCode == nil), let known = Promotion.Phase(rawValue: phase) else { return nil }
        switch (known, progress) {
        case (.pending, nil): self = .pending
        case (.waiting, nil):
            guard let hold = code.flatMap(PromotionHold.init) else { return nil }
            self = .waiting(hold)
        case (.running, "unsent"): self = .running(.unsent)
        case (.running, "sent"): self = .running(.sent)
        case (.running, "condemned"):
            guard let gateCode else { return nil }
            self = .running(.condemned(gateCode))
        case (.running, "stopping"):
            guard let stop = code.flatMap(PromotionCode.init) else { return nil }
            self = .running(.stopping(stop))
        case (.verifying, nil): self = .verifying
        case (_, nil):
            guard let ended = code.flatMap(PromotionCode.init), ended.phase == known else { return nil }
            self = .ended(ended, gate: gateCode)
        default: return nil
        }
    }
}

extension PromotionHold {
    fileprivate init?(_ code: String) {
        switch code {
        case PromotionHold.slot.code: self = .slot
        case PromotionHold.origin.code: self = .origin
        case PromotionHold.deployer.code: self = .deployer
        default:
            guard let gate = GateCode(rawValue: code) else { return nil }
            self = .gate(gate)
        }
    }
}
