import JSON
import Testing

/// What `kargo/with-kargo/` asks of Gatehouse. Kargo renders its expressions; here values stand in their places.
@Suite struct WithKargoTests {
    private static let task = RepositoryFile.text("kargo/with-kargo/task.yaml")

    /// The bodies of the steps, their expressions replaced.
    private static func bodies(promotion: String, freight: String) throws -> [JSONValue] {
        let actor = #"(ctx.meta.promotion.actor ?? "") == "" ? "kargo" : ctx.meta.promotion.actor"#
        let values = [
            (actor, "\"kargo\""), ("ctx.meta.promotion.rollback ?? false", "false"), ("ctx.project", "\"oracle\""),
            ("ctx.stage", "\"paper\""), ("ctx.promotion", "\"\(promotion)\""),
            ("ctx.targetFreight.name", "\"\(freight)\""),
            (#"success() ? "succeeded" : "failed""#, "\"succeeded\""),
        ]
        let rendered = values.reduce(task) { $0.replacing($1.0, with: $1.1) }
        return try rendered.matches(of: /\$\{\{ quote\((\{[^}]*\})\) \}\}/).map { match in
            try JSONValue(parsing: Array(String(match.1).utf8))
        }
    }

    @Test func itsStepsAskWhatIsUnderstoodAndReportTheEnd() async throws {
        try await withEmergency(Emergency.manifests(paper: "[]")) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let promotion = "paper.01j9cq8439hdtt9qptd2s7d0b5.\(freight.prefix(7))"
            let bodies = try Self.bodies(promotion: promotion, freight: freight)
            try #require(bodies.count == 3)
            for question in bodies.dropLast() {
                let answer = try await people.robot.post("/v1/kargo/decide", question)
                #expect(answer.status == 200 && answer.json?["allowed"]?.bool == true, "\(answer.text)")
                #expect(answer.json?["warnings"] == nil && answer.json?["decisionId"]?.string != nil)
            }
            #expect(bodies.map { $0["phase"]?.string } == ["pre", "pre-sync", nil])
            #expect(Self.task.contains("/v1/projects/${{ ctx.project }}/promotions/${{ ctx.promotion }}/result"))
            let path = "\(Oracle.path)/promotions/\(promotion)/result"
            let told = try await people.robot.post(path, bodies[2])
            #expect(told.status == 200 && told.json?["phase"]?.string == "Succeeded", "\(told.text)")
            // What the step takes for an answer beside 200: it was told before, or the gate never let it in.
            try await #expect(people.robot.post(path, bodies[2]).status == 409)
            try await #expect(people.robot.post("\(Oracle.path)/promotions/paper.none/result", bodies[2]).status == 404)
        }
    }

    @Test(arguments: ["beta", "paper", "live"]) func itsStagesTakeWhatOursTake(stage: String) {
        func origin(_ folder: String) -> [Substring] {
            RepositoryFile.text("\(folder)/\(stage).yaml").split(separator: "\n")
                .drop { $0 != "  requestedFreight:" }.prefix { $0 != "  promotionTemplate:" }.map(\.self)
        }
        #expect(origin("kargo") == origin("kargo/with-kargo") && origin("kargo").count == 3)
    }
}
