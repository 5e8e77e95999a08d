import JSON
import Testing

/// A project of its own, and Freight that wants into its only Stage though nobody has said yes to it.
struct EmergencyExample: Sendable {
    let project: String
    let freight: String

    private var path: String { "/v1/projects/\(project)" }

    static func manifests(_ project: String, approvals: Int) -> String {
        """
        apiVersion: gatehouse.dev/v1
        kind: ProjectPolicy
        metadata: {name: \(project), namespace: \(project)}
        spec: {orchestrator: gatehouse}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: market, namespace: \(project)}
        spec:
          freightCreationPolicy: Manual
          subscriptions:
            - image: {repoURL: ghcr.io/acme/trader, imageSelectionStrategy: Lexical}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: live, namespace: \(project)}
        spec:
          requestedFreight:
            - {origin: {kind: Warehouse, name: market}, sources: {direct: true}}
        ---
        apiVersion: gatehouse.dev/v1
        kind: StagePolicy
        metadata: {name: live, namespace: \(project)}
        spec:
          gates: [{name: sign-off, approval: {required: 1}}]
          breakGlass: {bypasses: [sign-off], approvals: \(approvals)}

        """
    }

    /// Makes the project and its Freight; ends what stops the line.
    nonisolated(nonsending) init(_ project: String, approvals: Int = 1, by client: Client) async throws {
        self.project = project
        for freeze in try await client.get("/v1/freezes?active=true").json?["freezes"]?.array ?? [] {
            _ = try await client.endFreeze(freeze["id"]?.string ?? "")
        }
        let manifests = try await client.send(
            "PUT", "/v1/projects/\(project)/manifests",
            bytes: Array(Self.manifests(project, approvals: approvals).utf8),
            headers: [("Content-Type", "application/yaml")])
        try #require(manifests.status == 200, "\(manifests.text)")
        let image: JSONValue = .object([
            .init("repoURL", .string("ghcr.io/acme/trader")), .init("tag", .string("v1.0.0")),
            .init("digest", .string("sha256:" + String(repeating: "e", count: 64))),
        ])
        let made = try await client.post(
            "/v1/projects/\(project)/freight",
            .object([.init("warehouse", .string("market")), .init("images", .array([image]))]))
        freight = try #require(made.json?["id"]?.string, "\(made.text)")
    }

    /// Asks for break-glass.
    nonisolated(nonsending) func ask(_ client: Client) async throws -> Answer {
        try await client.post(
            path + "/stages/live/break-glass",
            .object([.init("freight", .string(freight)), .init("justification", .string("orders are sent twice"))]))
    }

    /// Says something about break-glass that another person asks for.
    nonisolated(nonsending) func change(
        _ word: String, _ body: [JSONValue.Member], by client: Client, isUsed: Bool = false
    ) async throws -> Answer {
        let asker = try await client.makeToken("asker in " + project, roles: ["operator"]).client
        let id = try #require(try await ask(asker).json?["id"]?.string)
        if isUsed { try await #expect(question("enforce", asker).status == 200) }
        let other = try await client.makeToken("approver in " + project, roles: ["approver"]).client
        return try await other.post(path + "/break-glass/\(id)/\(word)", .object(body))
    }

    /// Asks as a deployer outside.
    nonisolated(nonsending) func question(_ route: String, _ client: Client) async throws -> Answer {
        try await client.post(
            "/v1/kargo/" + route,
            .object([
                .init("project", .string(project)), .init("stage", .string("live")), .init("freight", .string(freight)),
                .init("promotion", .string("of " + project)),
            ]))
    }
}
