import HTTPServer
import JSON
import Promotions

extension PromotionMaker.Refused {
    /// Writes down that nothing was made, as it is of deployers outside that ask, and answers why.
    func answer(_ service: Service) async throws -> Response {
        let event = try await service.refusals.write(.init(log: log, decision: decision))
        var response = GateEndpoints.response(to: decision, status: status)
        response.body = .bytes(
            JSONWriter.object(capacity: 2_048) { json in
                decision.write(into: &json)
                json.member("decisionId", String(event))
            })
        return response
    }
}

extension KargoQuestion {
    /// What somebody wishes for; the name is what the promotion is called, or would have been.
    init(_ body: PromotionBody, freight: String, name: String, in project: String) {
        self.project = project
        stage = body.stage
        promotion = name
        self.freight = freight
        phase = .before
        actor = nil
        wantsRollback = body.kind == .rollback
        warnings = []
    }
}
