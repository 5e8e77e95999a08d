extension Decision {
    /// A decision of a server that cannot tell, whatever the gates would say.
    public init(_ situation: Situation, cannotTell code: GateCode, freight: FreightFacts?, _ question: Question) {
        self.init(
            situation: situation, freight: freight, question: question,
            gates: [
                GateResult(kind: .stage, rule: nil, code: code, until: nil, isBypassable: false, isCovered: false)
            ],
            override: nil, isAllowed: false, verdict: .unknown, isFinal: false, leading: 0, nextOpen: nil,
            nextClose: nil, nextQuiet: nil)
    }
}
