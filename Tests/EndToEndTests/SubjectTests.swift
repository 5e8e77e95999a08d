import JSON
import PostgresTesting
import Testing

@Suite struct SubjectTests {
    @Test func aNameIsTheSameInEveryCase() async throws {
        try await withServer { server, database in
            _ = try await server.admin.makeToken("first", ["subject": .string("Anna")])
            let second = try await server.admin.post("/v1/tokens", newToken("second", ["subject": .string("ANNA")]))
            #expect(second.status == 201)
            #expect(second.json?["subject"]?.string == "Anna")
            try await #expect(database.number("select count(*) from subjects where name ilike 'anna'") == 1)
        }
    }

    @Test(arguments: ["аnna", "Аnna", "αnna"])
    func aNameThatLooksLikeAnothersIsRefused(name: String) async throws {
        try await withServer { server, _ in
            _ = try await server.admin.makeToken("first", ["subject": .string("anna")])
            let answer = try await server.admin.post("/v1/tokens", newToken("second", ["subject": .string(name)]))
            #expect(answer.code == "subject.confusable")
            #expect(answer.json?["field"]?.string == "subject")
        }
    }

    @Test func aSubjectKeepsItsKind() async throws {
        try await withServer { server, _ in
            _ = try await server.admin.makeToken("bot", kind: "robot", roles: ["ci"])
            try await #expect(server.admin.post("/v1/tokens", newToken("bot")).code == "subject.other_kind")
        }
    }

    @Test func aNameStaysItsSubjectsWhenAllTokensAreGone() async throws {
        try await withServer { server, database in
            let (_, id) = try await server.admin.makeToken("bot", kind: "robot", roles: ["ci"])
            try await #expect(server.admin.delete("/v1/tokens/\(id)").status == 204)
            try await #expect(server.admin.post("/v1/tokens", newToken("Bot")).code == "subject.other_kind")
            for sql in ["delete from subject_names", "delete from subjects", "update subject_names set subject = 1"] {
                await #expect(refusal(database, as: database.serverURL, sql)?.contains("permission denied") == true)
            }
        }
    }

    @Test func aSubjectIsKnownByItsOtherNames() async throws {
        try await withServer { server, _ in
            let names: [String: JSONValue] = ["alsoKnownAs": .texts(["email:anna@shop.example"])]
            let (anna, _) = try await server.admin.makeToken("anna", names)
            try await #expect(anna.get("/v1/whoami").json?.strings("alsoKnownAs") == ["email:anna@shop.example"])
            let again = try await server.admin.post(
                "/v1/tokens", newToken("second", ["subject": .string("EMAIL:anna@shop.example")]))
            #expect(again.json?["subject"]?.string == "anna")
            let taken = try await server.admin.post("/v1/tokens", newToken("bert", names))
            #expect(taken.code == "subject.name_taken")
            #expect(taken.json?["field"]?.string == "alsoKnownAs")
        }
    }

    @Test func theLogTellsWhichNamesASubjectGot() async throws {
        try await withServer { server, database in
            _ = try await server.admin.makeToken("anna", ["alsoKnownAs": .texts(["email:anna@shop.example"])])
            let naming = "position('email:anna@shop.example' in convert_from(event, 'utf8')) > 0"
            try await #expect(database.number("select count(*) from audit_events where \(naming)") > 0)
        }
    }

    @Test func manyAtOnceMakeOneSubjectOfOneNewName() async throws {
        try await withServer { server, database in
            let statuses = try await withThrowingTaskGroup { group in
                for number in 1...8 {
                    group.addTask {
                        try await server.admin.post("/v1/tokens", newToken("t\(number)", ["subject": .string("new")]))
                            .status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 201, count: 8))
            // The first one is that of the first token.
            try await #expect(database.events("subject.created") == 2)
        }
    }
}
