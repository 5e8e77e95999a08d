import JSON
import PostgresTesting
import Testing

@Suite struct TokenTests {
    @Test func aTokenIsMadeShownListedAndRevoked() async throws {
        try await withServer { server, _ in
            let made = try await server.admin.post(
                "/v1/tokens",
                newToken(
                    "pipeline", kind: "robot", roles: ["ci"],
                    ["projects": .texts(["shop"]), "stages": .texts(["test"])]))
            #expect(made.status == 201)
            let id = try #require(made.json?["id"]?.string)
            #expect(made.header("Location") == "/v1/tokens/\(id)")
            let its = server.admin.with(try #require(made.json?["value"]?.string))
            let me = try await its.get("/v1/whoami")
            #expect(me.json?["id"]?.string == id)
            #expect(me.json?.strings("projects") == ["shop"])
            let shown = try await server.admin.get("/v1/tokens/\(id)")
            #expect(shown.json?["createdBy"]?.string == "bootstrap")
            #expect(shown.json?["value"] == nil)
            try await #expect(server.admin.delete("/v1/tokens/\(id)").status == 204)
            try await #expect(its.get("/v1/whoami").code == "auth.invalid")
            try await #expect(server.admin.get("/v1/tokens/\(id)").code == "token.not_found")
            try await #expect(server.admin.delete("/v1/tokens/\(id)").code == "token.not_found")
        }
    }

    @Test func aListComesInPagesThatLeaveNothingOutAndRepeatNothing() async throws {
        try await withServer { server, _ in
            for number in 1...6 { _ = try await server.admin.makeToken("reader \(number)") }
            var ids: [String] = []
            var path: String? = "/v1/tokens?limit=3"
            var pages = 0
            while let next = path {
                let page = try await server.admin.get(next)
                ids += page.json?["tokens"]?.array?.compactMap { $0["id"]?.string } ?? []
                pages += 1
                path = page.header("Link").flatMap { $0.firstMatch(of: /<(.*)>; rel="next"/).map { String($0.1) } }
                #expect((path == nil) == (page.json?["next"] == nil))
            }
            #expect(pages == 3)
            #expect(ids.count == 7)
            #expect(ids == Set(ids).sorted())
        }
    }

    @Test(arguments: ["limit=0", "limit=501", "limit=x", "limit=1&limit=2", "cursor=", "page=2"])
    func aListRefusesWhatItDoesNotKnow(query: String) async throws {
        try await SharedServer.use { server in
            try await #expect(server.admin.get("/v1/tokens?\(query)").code == "request.bad_field")
        }
    }

    @Test func revokingIsInEffectAtOnceHereAndSoonOnAnotherServer() async throws {
        try await withServer { first, database in
            try await withServer(on: database, adminToken: try #require(first.adminToken)) { second in
                let (here, id) = try await first.admin.makeToken("short lived")
                let there = Client(url: second.url, token: here.token)
                try await eventually("the other server knows the token", within: .seconds(2)) {
                    try await there.get("/v1/whoami").status == 200
                }
                try await #expect(first.admin.delete("/v1/tokens/\(id)").status == 204)
                try await #expect(here.get("/v1/whoami").status == 401)
                try await eventually("the other server knows of the end", within: .seconds(2)) {
                    try await there.get("/v1/whoami").status == 401
                }
            }
        }
    }

    @Test func aTokenEndsWhenItsTimeIsOver() async throws {
        try await withServer { server, _ in
            let (its, _) = try await server.admin.makeToken("brief", ["expiresIn": .string("1s")])
            try await eventually("the token has expired") { try await its.get("/v1/whoami").code == "auth.expired" }
        }
    }

    @Test(arguments: [
        ("name", JSONValue.string("")), ("name", .string(" x")), ("name", .string("a\u{200B}b")), ("name", .integer(1)),
        ("kind", .string("ghost")), ("roles", .array([])), ("roles", .texts(["king"])), ("projects", .array([])),
        ("projects", .texts(["Not A Label"])), ("stages", .texts(["test"])), ("expiresIn", .string("0s")),
        ("expiresIn", .string("367d")), ("expiresIn", .string("soon")), ("alsoKnownAs", .texts([""])),
        ("colour", .string("red")),
    ])
    func aWrongFieldIsRefusedByName(field: String, value: JSONValue) async throws {
        try await SharedServer.use { server in
            var members = newToken("refused").members ?? []
            members.removeAll { $0.name == field }
            let answer = try await server.admin.post("/v1/tokens", .object(members + [.init(field, value)]))
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
        }
    }

    @Test(arguments: ["name", "kind", "roles"])
    func aMissingFieldIsNamed(field: String) async throws {
        try await SharedServer.use { server in
            let members = (newToken("refused").members ?? []).filter { $0.name != field }
            let answer = try await server.admin.post("/v1/tokens", .object(members))
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
        }
    }
}
