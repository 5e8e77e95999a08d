import JSON
import PostgresTesting
import Testing

@Suite struct GrantTests {
    /// What the maker has, and what they ask for in vain.
    struct Excess: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let has: [String: JSONValue]
        let wants: [String: JSONValue]
        var roles = ["viewer"]
    }

    @Test(arguments: [
        Excess(testDescription: "a role", has: [:], wants: [:], roles: ["operator"]),
        Excess(testDescription: "the role approver", has: [:], wants: [:], roles: ["viewer", "approver"]),
        Excess(
            testDescription: "another project", has: ["projects": .texts(["a"])],
            wants: ["projects": .texts(["a", "b"])]),
        Excess(testDescription: "every project", has: ["projects": .texts(["a"])], wants: [:]),
        Excess(
            testDescription: "another stage", has: ["projects": .texts(["a"]), "stages": .texts(["test"])],
            wants: ["projects": .texts(["a"]), "stages": .texts(["prod"])]),
        Excess(
            testDescription: "every stage", has: ["projects": .texts(["a"]), "stages": .texts(["test"])],
            wants: ["projects": .texts(["a"])]),
        Excess(
            testDescription: "a longer life", has: ["expiresIn": .string("1h")], wants: ["expiresIn": .string("2h")]),
    ])
    func nobodyHandsOnMoreThanTheyHave(excess: Excess) async throws {
        try await withServer { server, database in
            let (maker, _) = try await server.admin.makeToken("maker", roles: ["admin", "viewer"], excess.has)
            let before = try await database.events()
            let answer = try await maker.post("/v1/tokens", newToken("gift", roles: excess.roles, excess.wants))
            #expect(answer.status == 403)
            #expect(answer.code == "token.exceeds_maker")
            try await #expect(database.events() == before)
            try await #expect(database.number("select count(*) from subjects where name = 'gift'") == 0)
        }
    }

    @Test func whatTheMakerHasTheyCanHandOn() async throws {
        try await withServer { server, _ in
            let scope: [String: JSONValue] = ["projects": .texts(["a", "b"]), "stages": .texts(["test"])]
            let (maker, _) = try await server.admin.makeToken("maker", roles: ["admin", "viewer"], scope)
            let (its, _) = try await maker.makeToken(
                "gift", ["projects": .texts(["b"]), "stages": .texts(["test"]), "expiresIn": .string("1h")])
            try await #expect(its.get("/v1/whoami").json?.strings("projects") == ["b"])
        }
    }

    @Test func anAdminOfSomeProjectsSeesAndRevokesOnlyTheirTokens() async throws {
        try await withServer { server, _ in
            let (admin, own) = try await server.admin.makeToken("of a", roles: ["admin"], ["projects": .texts(["a"])])
            let (_, other) = try await server.admin.makeToken("of b", ["projects": .texts(["b"])])
            let (_, both) = try await server.admin.makeToken("of both", ["projects": .texts(["a", "b"])])
            let list = try await admin.get("/v1/tokens")
            #expect(list.json?["tokens"]?.array?.compactMap { $0["id"]?.string } == [own])
            for id in [other, both] {
                try await #expect(admin.get("/v1/tokens/\(id)").code == "token.not_found")
                try await #expect(admin.delete("/v1/tokens/\(id)").code == "token.not_found")
            }
        }
    }

    @Test func anAdminOfSomeStagesSeesAndRevokesOnlyTheirTokens() async throws {
        try await withServer { server, _ in
            let project: [String: JSONValue] = ["projects": .texts(["a"])]
            let test = project.merging(["stages": .texts(["test"])]) { $1 }
            let prod = project.merging(["stages": .texts(["prod"])]) { $1 }
            let (admin, own) = try await server.admin.makeToken("of test", roles: ["admin"], test)
            let (_, other) = try await server.admin.makeToken("of prod", prod)
            let (_, wider) = try await server.admin.makeToken("of every stage", project)
            let list = try await admin.get("/v1/tokens")
            #expect(list.json?["tokens"]?.array?.compactMap { $0["id"]?.string } == [own])
            for id in [other, wider] {
                try await #expect(admin.get("/v1/tokens/\(id)").code == "token.not_found")
                try await #expect(admin.delete("/v1/tokens/\(id)").code == "token.not_found")
            }
        }
    }

    @Test func aRobotNeverApproves() async throws {
        try await withServer { server, database in
            let answer = try await server.admin.post("/v1/tokens", newToken("bot", kind: "robot", roles: ["approver"]))
            #expect(answer.code == "token.robot_approver")
            _ = try await server.admin.makeToken("bot", kind: "robot", roles: ["ci"])
            // Whoever gets past the service still meets the schema.
            let refused = await refusal(
                database, as: database.ownerURL, "update tokens set roles = '{approver}' where kind = 'robot'")
            #expect(refused?.contains("tokens_robots_never_approve") == true)
            let other = await refusal(
                database, as: database.ownerURL, "update tokens set kind = 'person' where kind = 'robot'")
            #expect(other?.contains("foreign key") == true)
        }
    }
}
