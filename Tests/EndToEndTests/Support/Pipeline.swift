import JSON
import PostgresTesting
import Testing

/// A Warehouse and three Stages of the project `oracle`: Freight enters beta by itself, then paper, then live on request.
/// Beside it a Warehouse `other` of the same image, from which no Stage takes anything.
enum Pipeline {
    static func stage(_ name: String, _ sources: String) -> String {
        """
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: oracle}
        spec:
          requestedFreight:
            - {origin: {kind: Warehouse, name: market}, sources: {\(sources)}}

        """
    }

    static func warehouse(_ name: String) -> String {
        """
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: oracle}
        spec:
          freightCreationPolicy: Manual
          subscriptions:
            - image: {repoURL: ghcr.io/acme/trader, imageSelectionStrategy: Lexical}

        """
    }

    /// Kargo's half.
    static let kargo =
        """
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: ProjectConfig
        metadata: {name: oracle, namespace: oracle}
        spec:
          promotionPolicies:
            - {stageSelector: {name: beta}, autoPromotionEnabled: true}
            - {stageSelector: {name: paper}, autoPromotionEnabled: true}

        """ + warehouse("market") + warehouse("other") + stage("beta", "direct: true")
        + stage("paper", "stages: [beta]") + stage("live", "stages: [paper]")

    /// Both halves, paper closed around the market's hours.
    static func manifests(
        beta: String = "[]", paper: String = "[\(Oracle.marketHours)]", live: String = "[]"
    ) -> String {
        Oracle.projectPolicy() + kargo + Oracle.stage("beta", gates: beta) + Oracle.stage("paper", gates: paper)
            + Oracle.stage("live", gates: live)
    }
}

extension Pipeline {
    /// The same, where nothing goes in by itself.
    static func onRequest(beta: String = "[]") -> String {
        manifests(beta: beta, paper: "[]").replacing("autoPromotionEnabled: true", with: "autoPromotionEnabled: false")
    }
}

extension Client {
    /// Asks for a promotion.
    nonisolated(nonsending) func promote(
        _ freight: String, to stage: String, _ more: [String: JSONValue] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let body = ["stage": .string(stage), "freight": .string(freight)].merging(more) { $1 }
        return try await post("\(Oracle.path)/promotions", .object(body.map(JSONValue.Member.init)), location: location)
    }

    /// Says yes to a Freight in a Stage.
    nonisolated(nonsending) func approve(
        _ freight: String, in stage: String, location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let body: JSONValue = .object([
            .init("stage", .string(stage)), .init("note", .string("fills compared over a week")),
        ])
        return try await post("\(Oracle.path)/freight/\(freight)/approvals", body, location: location)
    }

    /// The promotions of a Freight into a Stage, the newest first.
    nonisolated(nonsending) func promotions(
        of freight: String, into stage: String, location: SourceLocation = #_sourceLocation
    ) async throws -> [JSONValue] {
        let path = "\(Oracle.path)/promotions?freight=\(freight)&stage=\(stage)"
        return try await get(path, location: location).json?["promotions"]?.array ?? []
    }

    /// Waits until the newest promotion of a Freight into a Stage stands there, for that reason.
    nonisolated(nonsending) func eventually(
        _ freight: String, in stage: String, _ phase: String, code: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        var last: JSONValue?
        try await PostgresTesting.eventually("\(freight.prefix(7)) is \(phase) in \(stage)") {
            last = try await promotions(of: freight, into: stage, location: location).first
            return last?["phase"]?.string == phase && (code == nil || last?["code"]?.string == code)
        }
        return try #require(last, sourceLocation: location)
    }
}
