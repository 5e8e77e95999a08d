import Glibc
import JSON
import Testing

/// Manifests of the project `oracle`.
enum Oracle {
    static let path = "/v1/projects/oracle"

    static func projectPolicy(approvals: Int = 0) -> String {
        """
        apiVersion: gatehouse.dev/v1
        kind: ProjectPolicy
        metadata: {name: oracle, namespace: oracle}
        spec: {orchestrator: gatehouse, changeApprovals: \(approvals)}

        """
    }

    /// The policy of a Stage, with these gates.
    static func stage(_ name: String, gates: String = "[]") -> String {
        """
        ---
        apiVersion: gatehouse.dev/v1
        kind: StagePolicy
        metadata: {name: \(name), namespace: oracle}
        spec:
          gates: \(gates)

        """
    }

    /// A gate that is closed from half an hour before the core session until twenty minutes after it.
    static let marketHours =
        "{name: market-hours, market: {calendar: XNYS, closedIn: [{session: core, before: 30m, after: 20m}]}}"
    static let noFridayEvening = """
        {name: no-friday-evening, window: {kind: deny, rrule: "FREQ=WEEKLY;BYDAY=FR", start: "18:00", duration: 6h, \
        timeZone: America/New_York}}
        """

    /// A whole project, as somebody would write it.
    static let full =
        projectPolicy() + """
            ---
            apiVersion: gatehouse.dev/v1
            kind: StagePolicy
            metadata: {name: paper, namespace: oracle}
            spec:
              gates:
                - \(marketHours)
                - \(noFridayEvening)
                - {name: sign-off, approval: {required: 1, validFor: 24h}}
                - {name: scheduling, verification: {suite: kwok-matrix, maxAge: 7d, mode: enforcing, run: onFreight}}
              breakGlass: {bypasses: [market-hours, no-friday-evening], maxValidFor: 1h, approvals: 1, reviewWithin: 3d}
              rollback: {gates: [sign-off]}
              queue: newestWins
              maxWait: 24h
              deploy: {argocd: {application: stonks-paper, helmParameter: image.tag, timeout: 10m, overrun: finish}}
              verify: [{suite: smoke, mode: enforcing, timeout: 10m}]

            """
}

extension Client {
    /// Puts manifests of `oracle`.
    nonisolated(nonsending) func put(
        _ manifests: String, _ query: String = "", type: String = "application/yaml",
        headers: [(name: String, value: String)] = [], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await send(
            "PUT", Oracle.path + "/manifests" + query, bytes: Array(manifests.utf8),
            headers: headers + [("Content-Type", type)], location: location)
    }

    /// Puts manifests that must be in force afterwards.
    nonisolated(nonsending) func apply(_ manifests: String, location: SourceLocation = #_sourceLocation) async throws {
        let answer = try await put(manifests, location: location)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: location)
    }

    /// What the gate of a Stage of `oracle` says.
    nonisolated(nonsending) func peek(
        _ stage: String = "paper", at instant: String? = nil, location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await get(
            "\(Oracle.path)/stages/\(stage)/gate" + (instant.map { "?at=" + $0 } ?? ""), location: location)
    }

    /// Starts a freeze and tells its id.
    nonisolated(nonsending) func freeze(
        _ scope: [String: String], _ more: [String: JSONValue] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let answer = try await post("/v1/freezes", newFreeze(scope, more), location: location)
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: location)
        let id = try #require(answer.json?["id"]?.string, sourceLocation: location)
        #expect(answer.header("Location") == "/v1/freezes/\(id)", sourceLocation: location)
        return id
    }

    nonisolated(nonsending) func endFreeze(_ id: String, location: SourceLocation = #_sourceLocation) async throws
        -> Answer
    {
        try await post("/v1/freezes/\(id)/end", reason("all is well"), location: location)
    }
}

extension Client {
    /// Makes Freight of one image of that tag.
    nonisolated(nonsending) func makeFreight(
        tag: String, digest: Character = "a", _ more: [String: JSONValue] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let image: JSONValue = .object([
            .init("repoURL", .string("ghcr.io/acme/trader")), .init("tag", .string(tag)),
            .init("digest", .string("sha256:" + String(repeating: digest, count: 64))),
        ])
        let body = ["warehouse": .string("market"), "images": .array([image])].merging(more) { $1 }
        return try await post("\(Oracle.path)/freight", .object(body.map(JSONValue.Member.init)), location: location)
    }

    /// The ID of Freight made so.
    nonisolated(nonsending) func freightID(tag: String, location: SourceLocation = #_sourceLocation) async throws
        -> String
    {
        let answer = try await makeFreight(tag: tag, location: location)
        return try #require(answer.json?["id"]?.string, sourceLocation: location)
    }

    /// Lets a Stage of the project take nothing in.
    nonisolated(nonsending) func disable(
        _ stage: String, _ more: [String: JSONValue] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let body = ["reason": .string("the broker is down")].merging(more) { $1 }.map(JSONValue.Member.init)
        return try await post("/v1/projects/oracle/stages/\(stage)/disable", .object(body), location: location)
    }

    /// Lets it take Freight in again.
    nonisolated(nonsending) func enable(_ stage: String, location: SourceLocation = #_sourceLocation) async throws
        -> Answer
    {
        try await post("/v1/projects/oracle/stages/\(stage)/enable", reason("the broker is back"), location: location)
    }
}

/// What `POST /v1/freezes` is asked for.
func newFreeze(_ scope: [String: String], _ more: [String: JSONValue] = [:]) -> JSONValue {
    let members = scope.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    let fields = ["scope": .object(members), "reason": .string("orders are filled twice")].merging(more) { $1 }
    return .object(fields.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
}

/// A body that only says why.
func reason(_ text: String) -> JSONValue {
    .object([.init("reason", .string(text))])
}

/// Writes a file of a test.
func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
}
