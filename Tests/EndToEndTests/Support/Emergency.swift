import JSON
import PostgresTesting
import Testing

/// A server on a Friday at ten in New York, where paper is closed and break-glass may pass its hours.
enum Emergency {
    static let friday = "2026-11-20T15:00:00Z"
    static let path = "\(Oracle.path)/break-glass"

    /// The pipeline, with rules for emergencies in paper; nothing goes in by itself.
    static func manifests(approvals: Int = 0, paper gates: String = "[\(Oracle.marketHours)]", _ more: String = "")
        -> String
    {
        let head = "metadata: {name: paper, namespace: oracle}\nspec:\n  gates: \(gates)\n"
        let bypasses = (gates.contains("market-hours") ? ["market-hours"] : []) + ["freeze", "availability"]
        let rules = """
              breakGlass:
                bypasses: [\(bypasses.joined(separator: ", "))]
                approvals: \(approvals)

            """
        return Pipeline.manifests(beta: "[]", paper: gates)
            .replacing("autoPromotionEnabled: true", with: "autoPromotionEnabled: false")
            .replacing(head, with: head + rules + more)
    }

    /// What break-glass is asked for with.
    static func wish(_ freight: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let fields = ["freight": .string(freight), "justification": .string("orders are filled twice")]
            .merging(more) { $1 }
        return .object(fields.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
}

/// Those who have a part in an emergency: none made the token of another.
struct EmergencyPeople: Sendable {
    let anna: Client
    let ben: Client
    let carl: Client
    let robot: Client

    nonisolated(nonsending) init(_ server: Gatehouse) async throws {
        anna = try await server.admin.makeToken("anna", roles: ["operator", "ci"]).client
        ben = try await server.admin.makeToken("ben", roles: ["approver"]).client
        carl = try await server.admin.makeToken("carl", roles: ["approver"]).client
        robot = try await server.admin.makeToken("pipeline", kind: "robot", roles: ["gate"]).client
    }
}

nonisolated(nonsending) func withEmergency(
    clock: String = Emergency.friday, _ manifests: String = Emergency.manifests(),
    _ body: nonisolated(nonsending) (Gatehouse, EmergencyPeople, ServiceDatabase) async throws -> Void
) async throws {
    try await withServer(["--clock", clock, "--rate-limit", "0"]) { server, database in
        try await server.admin.apply(manifests)
        try await body(server, EmergencyPeople(server), database)
    }
}

extension Client {
    /// Freight that beta has verified.
    nonisolated(nonsending) func verifiedFreight(tag: String, location: SourceLocation = #_sourceLocation) async throws
        -> String
    {
        let freight = try await freightID(tag: tag, location: location)
        let entered = try await promote(freight, to: "beta", location: location)
        #expect(entered.status == 202, "\(entered.text)", sourceLocation: location)
        _ = try await eventually(freight, in: "beta", "Succeeded", location: location)
        return freight
    }

    /// Asks to let Freight into a Stage in an emergency.
    nonisolated(nonsending) func breakGlass(
        _ freight: String, into stage: String = "paper", _ more: [String: JSONValue] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await post(
            "\(Oracle.path)/stages/\(stage)/break-glass", Emergency.wish(freight, more), location: location)
    }

    /// Says something of break-glass that was asked for.
    nonisolated(nonsending) func say(
        _ word: String, to id: String?, _ body: [String: String] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let members = body.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        return try await post(
            "\(Emergency.path)/\(try #require(id, sourceLocation: location))/\(word)", .object(members),
            location: location)
    }

    /// A deployer outside asks whether its promotion may go on.
    nonisolated(nonsending) func ask(
        _ word: String, _ promotion: String, _ freight: String, stage: String = "paper",
        _ more: [String: JSONValue] = [:], key: String? = nil, location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let fields: [String: JSONValue] = [
            "project": .string("oracle"), "stage": .string(stage), "promotion": .string(promotion),
            "freight": .string(freight),
        ]
        let members = fields.merging(more) { $1 }.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
        return try await post("/v1/kargo/\(word)", .object(members), key: key, location: location)
    }
}
