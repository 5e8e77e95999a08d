import JSON
import PostgresTesting
import Testing

@Suite struct IdempotencyTests {
    @Test func aRequestSentTwiceActsOnceAndItsSecretIsShownOnce() async throws {
        try await withServer { server, database in
            let first = try await server.admin.post("/v1/tokens", newToken("once"), key: "k1")
            let second = try await server.admin.post("/v1/tokens", newToken("once"), key: "k1")
            #expect(first.status == 201 && second.status == 201)
            #expect(first.json?["value"] != nil && second.json?["value"] == nil)
            #expect(first.json?["id"] == second.json?["id"])
            #expect(first.header("Location") == second.header("Location"))
            #expect(first.header("Idempotent-Replayed") == nil)
            #expect(second.header("Idempotent-Replayed") == "true")
            try await #expect(database.number("select count(*) from tokens where name = 'once'") == 1)
            let secret = try #require(first.json?["value"]?.string)
            let kept = "position('\(secret)' in convert_from(answer, 'utf8')) > 0"
            try await #expect(database.number("select count(*) from idempotency_keys where \(kept)") == 0)
        }
    }

    @Test func aKeyStandsForOneRequestOnly() async throws {
        try await withServer { server, database in
            _ = try await server.admin.post("/v1/tokens", newToken("one"), key: "k")
            let other = try await server.admin.post("/v1/tokens", newToken("two"), key: "k")
            #expect(other.status == 422)
            #expect(other.code == "idempotency.other_request")
            try await #expect(database.number("select count(*) from tokens where name = 'two'") == 0)
        }
    }

    /// The second path says the same as the first one, in other words.
    @Test func aPathWrittenInAnotherWayIsTheSamePath() async throws {
        try await withServer { server, database in
            let (_, id) = try await server.admin.makeToken("gone")
            let escaped = id.utf8.map { "%" + String($0, radix: 16) }.joined()
            let first = try await server.admin.send("DELETE", "/v1/tokens/\(id)", headers: [("Idempotency-Key", "k")])
            let second = try await server.admin.send(
                "DELETE", "/v1/tokens/\(escaped)", headers: [("Idempotency-Key", "k")])
            #expect(first.status == 204 && second.status == 204, "\(second.text)")
            #expect(second.header("Idempotent-Replayed") == "true")
            try await #expect(database.events("token.revoked") == 1)
        }
    }

    @Test(arguments: [3_000, 12_000])
    func aLongPathIsNoHindrance(length: Int) async throws {
        try await SharedServer.use { server in
            // Letters in no order: what repeats would be compressed before it is too long.
            let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
            let id = String((0..<length).map { _ in letters[Int.random(in: letters.indices)] })
            let answer = try await server.admin.send("DELETE", "/v1/tokens/\(id)", headers: [("Idempotency-Key", "k")])
            #expect((400..<500).contains(answer.status), "\(answer.text)")
        }
    }

    @Test func aKeyIsItsSubjectsOwn() async throws {
        try await withServer { server, database in
            let (other, _) = try await server.admin.makeToken("other admin", roles: ["admin", "viewer"])
            _ = try await server.admin.post("/v1/tokens", newToken("one"), key: "k")
            let second = try await other.post("/v1/tokens", newToken("one", ["expiresIn": .string("1h")]), key: "k")
            #expect(second.status == 201)
            try await #expect(database.number("select count(*) from tokens where name = 'one'") == 2)
        }
    }

    @Test func aRefusedRequestLeavesItsKeyFree() async throws {
        try await withServer { server, _ in
            let (maker, _) = try await server.admin.makeToken("maker", roles: ["admin"])
            try await #expect(maker.post("/v1/tokens", newToken("x", roles: ["viewer"]), key: "k").status == 403)
            let second = try await maker.post(
                "/v1/tokens", newToken("x", roles: ["admin"], ["expiresIn": .string("1h")]), key: "k")
            #expect(second.status == 201)
        }
    }

    @Test func twinsAtTheSameTimeMakeOneToken() async throws {
        try await withServer { server, database in
            let answers = try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask { try await server.admin.post("/v1/tokens", newToken("twin"), key: "twins") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                #expect(answer.status == 201 || answer.code == "idempotency.in_progress", "\(answer.text)")
            }
            #expect(answers.count { $0.json?["value"] != nil } == 1)
            try await #expect(database.number("select count(*) from tokens where name = 'twin'") == 1)
        }
    }

    @Test func whoComesWhileTheFirstIsAtWorkIsToldSo() async throws {
        try await withServer { server, database in
            let holder = try await HeldLock.hold(
                database,
                """
                insert into idempotency_keys (subject, target_hash, key, request_hash, created_at)
                select id, sha256('4:POST1:22:v16:tokens'), 'k', sha256(''), now() from subjects where name = 'bootstrap'
                """)
            let answer = try await server.admin.post("/v1/tokens", newToken("second"), key: "k")
            #expect(answer.status == 409)
            #expect(answer.code == "idempotency.in_progress")
            #expect(answer.header("Retry-After") != nil)
            try await holder.release()
            try await eventually("the key is free") {
                try await server.admin.post("/v1/tokens", newToken("second"), key: "k").status == 201
            }
        }
    }

    @Test func aBusyDatabaseIsNotTakenForAKeyInUse() async throws {
        try await withServer { server, database in
            let holder = try await HeldLock.hold(database, "lock table tokens in exclusive mode")
            let answer = try await server.admin.post("/v1/tokens", newToken("late"), key: "k")
            #expect(answer.status == 503)
            #expect(answer.code == "store.busy")
            #expect(answer.header("Retry-After") != nil)
            try await holder.release()
            try await eventually("the table is free") {
                try await server.admin.post("/v1/tokens", newToken("late"), key: "k").status == 201
            }
        }
    }

    @Test(arguments: ["", String(repeating: "x", count: 201)])
    func aKeyHasABound(key: String) async throws {
        try await SharedServer.use { server in
            let answer = try await server.admin.post("/v1/tokens", newToken("refused"), key: key)
            #expect(answer.code == "request.bad_header")
        }
    }
}
