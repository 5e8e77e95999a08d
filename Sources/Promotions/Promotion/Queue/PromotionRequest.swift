public import Time

/// Somebody's wish to have Freight in a Stage.
public struct PromotionRequest: Hashable, Sendable {
    /// What becomes of it when the gates are closed.
    public enum IfClosed: String, CaseIterable, Sendable {
        /// It waits for them.
        case wait
        /// It is refused, and nothing is made.
        case refuse
    }

    /// Why nothing is made of a wish.
    public enum Refusal: Error, Hashable, Sendable {
        /// Neither time nor a person lets it in.
        case never(GateCode)
        /// It is not let in now, and was not to wait.
        case closed(GateCode)
    }

    /// The promotion's name.
    public let id: String
    /// The Stage.
    public let stage: String
    /// The Freight.
    public let freight: FreightStamp
    /// Who wants it.
    public let kind: Promotion.Kind
    /// Whose wish it is; nothing if it is nobody's.
    public let requester: String?
    /// When it is asked for.
    public let at: Instant
    /// Until when it is to wait; nothing means as long as the policy lets it.
    public let waitUntil: Instant?
    /// What becomes of it when the gates are closed.
    public let ifClosed: IfClosed

    /// A wish.
    public init(
        id: String, stage: String, freight: FreightStamp, kind: Promotion.Kind, requester: String? = nil, at: Instant,
        waitUntil: Instant? = nil, ifClosed: IfClosed = .wait
    ) {
        self.id = id
        self.stage = stage
        self.freight = freight
        self.kind = kind
        self.requester = requester
        self.at = at
        self.waitUntil = waitUntil
        self.ifClosed = ifClosed
    }

    /// The promotion that comes of it, given the code of the gate that stops it, if one does.
    ///
    /// What a person wants waits no longer than the policy lets it; what is promoted by itself waits for ever. Where leave
    /// was asked for that would let it in, it may wait for that anyway.
    public func promotion(
        stoppedBy code: GateCode?, mayWaitAnyway: Bool = false, maxWait: TimeSpan
    ) throws(Refusal) -> Promotion {
        if let code {
            if code.isFinal && !(mayWaitAnyway && code.mayPassLater) { throw .never(code) }
            // A deployer outside asks again; nothing is made of its wish until it is let in.
            if ifClosed == .refuse || kind == .external { throw .closed(code) }
        }
        let state = code.map { PromotionState.waiting(.gate($0)) } ?? .pending
        return Promotion(
            id: id, stage: stage, freight: freight, kind: kind, requester: requester, createdAt: at,
            waitUntil: end(maxWait), state: state)
    }

    private func end(_ maxWait: TimeSpan) -> Instant? {
        switch kind {
        case .person, .rollback:
            let latest = at + maxWait
            return waitUntil.map { min($0, latest) } ?? latest
        case .auto, .external: return nil
        }
    }
}
