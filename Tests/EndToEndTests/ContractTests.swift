import API
import Connectors
import Engine
import HTTPClient
import HTTPServer
import Identity
import JSON
import Observability
import Postgres
import Testing
import TimeZones

/// The service's endpoints, without a server or a database behind them.
private func endpoints() throws -> [Endpoint] {
    let conninfo = "postgresql:///none?host=/nonexistent"
    let pool = try Pool(PoolConfiguration(conninfo: conninfo))
    let listener = try Listener(
        ListenerConfiguration(connection: ConnectionOptions(conninfo: conninfo), channels: [])
    ) { _ in }
    let clock = ServiceClock(isDrill: false)
    let service = Service(
        program: .init(version: "0", libraries: []), pool: pool, tokens: TokenDirectory(pool: pool, ratePerSecond: 0),
        decisions: Decisions(pool: pool, clock: clock, zones: ZoneDirectory(fault: nil) { _ in nil }),
        clock: clock, readiness: Readiness(pool: pool, listener: listener, clock: clock), log: Log(level: .error),
        connections: Connections(.init(client: HTTPClientConfiguration(userAgent: "none"))))
    return try Endpoints.all(service)
}

extension Endpoint {
    fileprivate var operation: Contract.Operation { .init(method: route.method.rawValue, path: route.pattern) }
}

@Suite struct ContractTests {
    private let contract = Contract.checkedIn

    @Test func everyRouteIsDescribedAndEveryDescriptionIsServed() throws {
        let routes = try endpoints().map(\.operation)
        #expect(Set(routes) == Set(contract.operations))
        #expect(routes.count == Set(routes).count)
    }

    @Test func theDescriptionAsksForATokenWhereTheRouterDoes() throws {
        for endpoint in try endpoints() {
            #expect(contract.needsToken(endpoint.operation) == (endpoint.access != .everybody), "\(endpoint.operation)")
        }
    }

    @Test func theServedDescriptionIsTheCheckedInOne() async throws {
        try await SharedServer.use { server in
            try await #expect(server.anonymous.get("/openapi.json").body == RepositoryFile.bytes(Contract.file))
        }
    }

    @Test func everyOperationIsComplete() throws {
        var ids: Set<String> = []
        for operation in contract.operations {
            let described = try #require(contract.describes(operation))
            let id = try #require(described["operationId"]?.string)
            #expect(ids.insert(id).inserted, "\(id) stands twice")
            #expect(
                described["summary"]?.string?.isEmpty == false && described["description"]?.string?.isEmpty == false)
            #expect(described["security"] != nil, "\(id)")
            let statuses = described["responses"]?.members?.map(\.name) ?? []
            #expect(statuses.contains { $0.hasPrefix("2") })
            #expect(statuses.contains("401") == contract.needsToken(operation), "\(id)")
            #expect(statuses.contains("429") == contract.needsToken(operation), "\(id)")
        }
    }

    @Test func everyExampleIsValid() {
        var count = 0
        func walk(_ value: JSONValue) {
            if let schema = value["schema"], let example = value["example"] {
                count += 1
                let findings = contract.validator.findings(example, by: schema)
                #expect(findings.isEmpty, "\(findings)")
            }
            for member in value.members ?? [] where member.name != "example" { walk(member.value) }
            for element in value.array ?? [] { walk(element) }
        }
        walk(contract.document)
        #expect(count > 30)
    }

    @Test func everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
        var used: Set<String> = []
        func walk(_ value: JSONValue) {
            if let reference = value["$ref"]?.string {
                used.insert(reference)
                #expect(contract.validator.resolve(reference) != nil, "\(reference)")
            }
            for member in value.members ?? [] { walk(member.value) }
            for element in value.array ?? [] { walk(element) }
        }
        walk(contract.document)
        for kind in contract.document["components"]?.members ?? [] where kind.name != "securitySchemes" {
            for component in kind.value.members ?? [] {
                #expect(
                    used.contains("#/components/\(kind.name)/\(component.name)"), "\(component.name) is used nowhere")
            }
        }
    }

    @Test func unknownPathsAndMethodsAreProblems() async throws {
        try await SharedServer.use { server in
            try await #expect(server.admin.get("/v2/nothing").status == 404)
            let answer = try await server.admin.send("PATCH", "/v1/tokens", .object([]))
            #expect(answer.status == 405)
            #expect(
                Set((answer.header("Allow") ?? "").split(separator: ",").map { $0.filter { $0 != " " } }) == [
                    "GET", "HEAD", "POST",
                ])
        }
    }

    @Test func headIsAnsweredWhereGetIs() async throws {
        try await SharedServer.use { server in
            for path in ["/livez", "/readyz", "/version", "/openapi.json", "/metrics", "/v1/whoami", "/v1/tokens"] {
                let answer = try await server.admin.send("HEAD", path)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
        }
    }
}

/// `docs/endpoint-roles.csv`: which role may ask which endpoint.
private struct RoleTable {
    struct Row {
        let operation: Contract.Operation
        let answers: [String: Bool]
    }

    let columns: [String]
    let rows: [Row]

    init() throws {
        let lines = RepositoryFile.text("docs/endpoint-roles.csv").split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        columns = Array(header.dropFirst(2))
        rows = try lines.dropFirst().map { cells in
            try #require(cells.count == header.count)
            let answers = Array(zip(header, cells).dropFirst(2))
            for (_, answer) in answers { try #require(answer == "yes" || answer == "no") }
            let isAllowed = answers.map { ($0.0, $0.1 == "yes") }
            return Row(
                operation: .init(method: cells[0], path: cells[1]), answers: Dictionary(uniqueKeysWithValues: isAllowed)
            )
        }
    }
}

@Suite struct RoleTests {
    @Test func theTableIsWhatTheEndpointsSay() throws {
        let table = try RoleTable()
        #expect(table.columns == Role.allCases.map(\.rawValue) + ["none"])
        let endpoints = try endpoints()
        #expect(table.rows.map(\.operation) == endpoints.map(\.operation))
        for endpoint in endpoints {
            let row = try #require(table.rows.first { $0.operation == endpoint.operation })
            for role in Role.allCases {
                #expect(row.answers[role.rawValue] == endpoint.access.allows(role), "\(row) \(role)")
            }
            #expect(row.answers["none"] == (endpoint.access == .everybody))
        }
    }

    @Test func eachRoleGetsExactlyWhatTheTableSays() async throws {
        let table = try RoleTable()
        try await withServer(["--rate-limit", "0"]) { server, _ in
            var clients: [String: Client] = ["none": server.anonymous]
            for role in Role.allCases {
                clients[role.rawValue] = try await server.admin.makeToken("a \(role)", roles: [role.rawValue]).client
            }
            for row in table.rows {
                for (column, isAllowed) in row.answers {
                    let client = try #require(clients[column])
                    let path = row.operation.path.replacing("{id}", with: "aaaaaaaaaaaaaaaa")
                    let body = row.operation.method == "POST" ? JSONValue.object([]) : nil
                    let answer = try await client.send(row.operation.method, path, body)
                    let refusal = column == "none" ? 401 : 403
                    #expect((answer.status == refusal) == !isAllowed, "\(row.operation) as \(column): \(answer.status)")
                    #expect(isAllowed || answer.code == (column == "none" ? "auth.required" : "auth.forbidden"))
                }
            }
        }
    }
}

@Suite struct EventTests {
    /// For each route that changes something, a request that does.
    private static let changes: [Contract.Operation: @Sendable (Client) async throws -> Answer] = [
        .init(method: "POST", path: "/v1/tokens"): { try await $0.post("/v1/tokens", newToken("changed")) },
        .init(method: "DELETE", path: "/v1/tokens/{id}"): { client in
            try await client.delete("/v1/tokens/\(client.makeToken("to be revoked").id)")
        },
        .init(method: "PUT", path: "/v1/calendars/{id}"): { client in
            let document = #"""
                {"version": "1", "timeZone": "Asia/Tokyo", "from": "2028-01-01", "to": "2028-12-31",
                 "weekly": [{"days": ["monday"], "open": "09:00", "close": "15:00"}]}
                """#
            return try await client.send("PUT", "/v1/calendars/XTST", JSONValue(parsing: Array(document.utf8)))
        },
        .init(method: "POST", path: adjustments): { try await ask($0, "2028-12-01") },
        .init(method: "POST", path: adjustments + "/{adjustment}/approve"): { client in
            let asker = try await client.makeToken("asker", roles: ["operator"]).client
            let id = try #require(try await ask(asker, "2028-12-04").json?["id"]?.string)
            return try await approver(client).post("/v1/calendars/XNYS/adjustments/\(id)/approve", .object([]))
        },
        .init(method: "POST", path: adjustments + "/{adjustment}/withdraw"): { client in
            let id = try #require(try await ask(client, "2028-12-05").json?["id"]?.string)
            return try await client.post(
                "/v1/calendars/XNYS/adjustments/\(id)/withdraw", .object([.init("reason", .string("taken back"))]))
        },
        .init(method: "PUT", path: "/v1/projects/{project}/manifests"): { try await $0.put(Oracle.full) },
        .init(method: "POST", path: revisions + "/approve"): { client in
            let number = try await waitingRevision("approved", client)
            return try await approver(client).post("/v1/projects/approved/revisions/\(number)/approve", .object([]))
        },
        .init(method: "POST", path: revisions + "/reject"): { client in
            let number = try await waitingRevision("rejected", client)
            return try await client.post("/v1/projects/rejected/revisions/\(number)/reject", reason("not now"))
        },
        .init(method: "POST", path: freight): { client in
            try await client.apply(Pipeline.onRequest())
            return try await client.makeFreight(tag: "v1.0.0")
        },
        .init(method: "PATCH", path: freight + "/{freight}"): { client in
            try await client.apply(Pipeline.onRequest())
            let id = try await client.freightID(tag: "v1.0.1")
            return try await client.send(
                "PATCH", "\(Oracle.path)/freight/\(id)", .object([.init("alias", .string("loud-owl"))]))
        },
        .init(method: "POST", path: freight + "/{freight}/reject"): { client in
            try await client.apply(Pipeline.onRequest())
            let id = try await client.freightID(tag: "v1.0.2")
            return try await client.post("\(Oracle.path)/freight/\(id)/reject", reason("fills orders twice"))
        },
        .init(method: "POST", path: freight + "/{freight}/reinstate"): { client in
            try await client.apply(Pipeline.onRequest())
            let id = try await client.freightID(tag: "v1.0.3")
            _ = try await client.post("\(Oracle.path)/freight/\(id)/reject", reason("fills orders twice"))
            return try await client.post("\(Oracle.path)/freight/\(id)/reinstate", reason("it was the broker"))
        },
        .init(method: "POST", path: freight + "/{freight}/approvals"): { client in
            try await client.apply(Pipeline.onRequest())
            return try await client.approve(client.freightID(tag: "v1.0.4"), in: "live")
        },
        .init(method: "POST", path: freight + "/{freight}/approvals/{approval}/revoke"): { client in
            try await client.apply(Pipeline.onRequest())
            let freight = try await client.freightID(tag: "v1.0.5")
            let id = try #require(try await client.approve(freight, in: "live").json?["id"]?.string)
            return try await client.post(
                "\(Oracle.path)/freight/\(freight)/approvals/\(id)/revoke", reason("an unusual week"))
        },
        .init(method: "POST", path: promotions): { client in
            try await client.apply(Pipeline.onRequest())
            let answer = try await client.promote(client.freightID(tag: "v2.0.0"), to: "beta")
            // Where another case has stopped the line it would wait on, and keep its Stage from being removed.
            let id = try #require(answer.json?["id"]?.string)
            _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            return answer
        },
        .init(method: "POST", path: promotions + "/{promotion}/abort"): { client in
            try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let freight = try await client.freightID(tag: "v2.0.1")
            _ = try await client.promote(freight, to: "beta")
            let waiting = try await client.eventually(freight, in: "beta", "Waiting")
            let id = try #require(waiting["id"]?.string)
            return try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
        },
        .init(method: "POST", path: promotions + "/{promotion}/retry"): { client in
            try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
            let freight = try await client.freightID(tag: "v2.0.2")
            let id = try await client.promote(freight, to: "beta").json?["id"]?.string ?? ""
            _ = try await client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            let answer = try await client.post("\(Oracle.path)/promotions/\(id)/retry", reason("today after all"))
            let again = try #require(answer.json?["id"]?.string)
            _ = try await client.post("\(Oracle.path)/promotions/\(again)/abort", reason("not today"))
            return answer
        },
        .init(method: "POST", path: promotions + "/{promotion}/result"): { client in
            try await client.apply(Pipeline.onRequest())
            // Where another case has stopped the line nobody is let in.
            for freeze in try await client.get("/v1/freezes?active=true").json?["freezes"]?.array ?? [] {
                _ = try await client.endFreeze(freeze["id"]?.string ?? "")
            }
            let freight = try await client.freightID(tag: "v2.0.3")
            let entered = try await client.promote(freight, to: "beta", ["kind": .string("external")])
            let id = entered.json?["id"]?.string ?? ""
            return try await client.post(
                "\(Oracle.path)/promotions/\(id)/result", .object([.init("outcome", .string("succeeded"))]))
        },
        .init(method: "POST", path: stages + "/break-glass"): { client in
            try await EmergencyExample("asked", by: client).ask(client)
        },
        .init(method: "POST", path: breakGlass + "/approve"): { client in
            try await EmergencyExample("agreed", by: client).change("approve", [], by: client)
        },
        .init(method: "POST", path: breakGlass + "/deny"): { client in
            try await EmergencyExample("denied", by: client)
                .change("deny", [.init("reason", .string("not worth it"))], by: client)
        },
        .init(method: "POST", path: breakGlass + "/revoke"): { client in
            try await EmergencyExample("revoked", by: client)
                .change("revoke", [.init("reason", .string("it was the broker"))], by: client)
        },
        .init(method: "POST", path: breakGlass + "/review"): { client in
            try await EmergencyExample("reviewed", approvals: 0, by: client).change(
                "review", [.init("outcome", .string("justified")), .init("note", .string("it helped"))], by: client,
                isUsed: true)
        },
        .init(method: "POST", path: "/v1/kargo/decide"): { client in
            let answer = try await EmergencyExample("outside", by: client).question("decide", client)
            #expect(answer.json?["code"]?.string == "approval.missing")
            return answer
        },
        .init(method: "POST", path: "/v1/kargo/enforce"): { client in
            let example = try await EmergencyExample("let-on", approvals: 0, by: client)
            _ = try await example.ask(client)
            return try await example.question("enforce", client)
        },
        .init(method: "POST", path: stages + "/disable"): { client in
            try await client.apply(Pipeline.onRequest())
            return try await client.disable("paper")
        },
        .init(method: "POST", path: stages + "/enable"): { client in
            try await client.apply(Pipeline.onRequest())
            _ = try await client.disable("beta")
            return try await client.enable("beta")
        },
        .init(method: "POST", path: stages + "/hold"): { client in
            try await client.apply(Pipeline.onRequest())
            return try await client.hold("paper")
        },
        .init(method: "POST", path: stages + "/resume"): { client in
            try await client.apply(Pipeline.onRequest())
            _ = try await client.hold("live")
            return try await client.resume("live")
        },
        .init(method: "POST", path: "/v1/freezes"): { try await $0.post("/v1/freezes", newFreeze([:])) },
        .init(method: "POST", path: "/v1/freezes/{id}/end"): { try await $0.endFreeze($0.freeze([:])) },
    ]

    private static let promotions = "/v1/projects/{project}/promotions"
    private static let breakGlass = "/v1/projects/{project}/break-glass/{override}"
    private static let freight = "/v1/projects/{project}/freight"
    private static let stages = "/v1/projects/{project}/stages/{stage}"
    private static let revisions = "/v1/projects/{project}/revisions/{number}"

    /// Writes a revision of a project of its own that waits for another than its author.
    private static nonisolated(nonsending) func waitingRevision(_ project: String, _ client: Client) async throws
        -> Int64
    {
        let author = try await client.makeToken("author of " + project, roles: ["admin"]).client
        let strict = Oracle.projectPolicy(approvals: 1)
        var number: Int64 = 0
        for manifests in [strict, strict + Oracle.stage("paper")] {
            let answer = try await author.send(
                "PUT", "/v1/projects/\(project)/manifests",
                bytes: Array(manifests.replacing("oracle", with: project).utf8),
                headers: [("Content-Type", "application/yaml")])
            number = try #require(answer.json?["revision"]?.integer)
        }
        return number
    }

    /// Another person than whoever else the client makes a token for.
    private static nonisolated(nonsending) func approver(_ client: Client) async throws -> Client {
        try await client.makeToken("approver of it", roles: ["approver"]).client
    }

    private static let adjustments = "/v1/calendars/{id}/adjustments"

    private static nonisolated(nonsending) func ask(_ client: Client, _ date: String) async throws -> Answer {
        try await client.post("/v1/calendars/XNYS/adjustments", newAdjustment(date, "closed"))
    }

    @Test func everyRouteThatChangesSomethingWritesAnEvent() async throws {
        // Hints change nothing: what is then found does.
        let hints: Set<Contract.Operation> = [
            .init(method: "POST", path: "/v1/projects/{project}/warehouses/{warehouse}/refresh"),
            .init(method: "POST", path: "/v1/hooks/{receiver}"),
        ]
        // Only where the log was rolled back: `SealingTests` looks for their events.
        let elsewhere: Set<Contract.Operation> = [
            .init(method: "POST", path: "/v1/audit/rollbacks"),
            .init(method: "POST", path: "/v1/audit/rollbacks/{rollback}/approve"),
        ]
        let routes = Set(try endpoints().map(\.operation).filter { $0.method != "GET" })
            .subtracting(hints).subtracting(elsewhere)
        #expect(routes == Set(Self.changes.keys), "each route that changes something needs an example here")
        try await withServer { server, database in
            for (operation, change) in Self.changes {
                let answer = try await change(server.admin)
                #expect((200...299).contains(answer.status))
                let id = try #require(answer.header("X-Request-Id"))
                let written =
                    "select count(*) from audit_events where position('\"requestId\":\"\(id)\"' in convert_from(event, 'utf8')) > 0"
                try await #expect(database.number(written) > 0, "\(operation) wrote no event")
            }
        }
    }

    @Test func anEventTellsWhoDidWhat() async throws {
        try await withServer { server, database in
            let (_, id) = try await server.admin.makeToken("pipeline", kind: "robot", roles: ["ci"])
            let texts = try await database.texts(
                "select convert_from(event, 'utf8') from audit_events where code = 'token.created' order by id desc limit 1"
            )
            let event = try JSONValue(parsing: Array(try #require(texts.first).utf8))
            #expect(event["details"]?["token"]?.string == id)
            #expect(event["actor"]?["name"]?.string == "bootstrap")
            #expect(event["actor"]?["address"]?.string == "127.0.0.1")
            #expect(event["drill"] == nil)
        }
    }

    @Test(arguments: [
        "update audit_events set actor = 'nobody'", "delete from audit_events", "truncate audit_events",
        "truncate audit_events cascade",
        "insert into audit_events (id, at, code, actor, event) overriding system value values (1, now(), 'a.b', 'x', '{}')",
    ])
    func nobodyAltersWhatHappened(sql: String) async throws {
        try await withServer { _, database in
            let before = try await database.texts(
                "select md5(string_agg(e::text, ',' order by id)) from audit_events e")
            try await #expect(database.events() > 0)
            for url in [database.serverURL, database.ownerURL] {
                await #expect(refusal(database, as: url, sql) != nil)
            }
            try await #expect(
                database.texts("select md5(string_agg(e::text, ',' order by id)) from audit_events e") == before)
        }
    }
}
