import PostgresTesting
import Testing

/// A server knows tokens by heart; the database knows better.
@Suite struct RevocationTests {
    /// Revokes a token in the database itself, as another server would.
    private nonisolated(nonsending) func revoke(_ id: String, _ database: ServiceDatabase) async throws {
        try await database.run("update tokens set revoked_at = now() where id = '\(id)'")
    }

    @Test func aReadingThatFailsIsMadeUpForAndUntilThenTheTableItselfIsAsked() async throws {
        try await withServer { server, database in
            let (its, id) = try await server.admin.makeToken("gone")
            let (_, other) = try await server.admin.makeToken("in the way")
            try await #expect(its.get("/v1/whoami").status == 200)
            // No instant: as long as it stands there, reading all tokens fails.
            try await database.run("update tokens set last_used_at = 'infinity' where id = '\(other)'")
            try await revoke(id, database)
            try await eventually("the server knows that its memory is old") {
                try await its.get("/v1/whoami").code == "auth.invalid"
            }
            try await #expect(server.admin.get("/v1/whoami").status == 200)
            try await #expect(server.admin.get("/metrics").text.contains("\ngatehouse_tokens 3\n"))
            try await database.run("update tokens set last_used_at = null where id = '\(other)'")
            try await eventually("the tokens were read again") {
                try await server.admin.get("/metrics").text.contains("\ngatehouse_tokens 2\n")
            }
            try await #expect(its.get("/v1/whoami").code == "auth.invalid")
        }
    }

    @Test func aTokenThatIsValidOnlyInMemoryWritesNothing() async throws {
        try await withServer { server, database in
            // From here on no server hears of a change, and each one trusts its memory.
            try await database.run("alter table tokens disable trigger tokens_change")
            let (its, id) = try await server.admin.makeToken("gone", roles: ["admin", "viewer"])
            try await revoke(id, database)
            try await #expect(its.get("/v1/whoami").status == 200)
            let before = try await database.events()
            for key in [nil, "k"] {
                let answer = try await its.post("/v1/tokens", newToken("never"), key: key)
                #expect(answer.status == 401)
                #expect(answer.code == "auth.invalid")
            }
            try await #expect(database.number("select count(*) from tokens where name = 'never'") == 0)
            try await #expect(database.number("select count(*) from subjects where name = 'never'") == 0)
            try await #expect(database.number("select count(*) from idempotency_keys") == 0)
            try await #expect(database.events() == before)
        }
    }
}
