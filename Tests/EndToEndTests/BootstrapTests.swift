import Glibc
import JSON
import PostgresTesting
import Testing

@Suite struct BootstrapTests {
    @Test func theFirstTokenLiesInAFileThatOnlyItsOwnerReads() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let server = try await Gatehouse.start(data: folder + "/data", ["--database", database.serverURL])
                    let path = folder + "/data/admin.token"
                    try await eventually("its path is told") { server.logged("the admin token is in \(path)") }
                    var status = stat()
                    try #require(stat(path, &status) == 0)
                    #expect(status.st_mode & 0o777 == 0o600)
                    let secret = String(decoding: RepositoryFile.read(path), as: UTF8.self).filter { $0 != "\n" }
                    let me = try await server.anonymous.with(secret).get("/v1/whoami")
                    #expect(me.json?["bootstrap"]?.bool == true)
                    #expect(me.json?.strings("roles")?.count == 7)
                    #expect(me.json?["expiresAt"] == nil)
                    #expect(!server.process.errors.contains(secret) && !server.process.output.contains(secret))
                    try await server.stop()
                    let again = try await Gatehouse.start(data: folder + "/data", ["--database", database.serverURL])
                    try await #expect(again.anonymous.with(secret).get("/v1/whoami").status == 200)
                    try await again.stop()
                }
            }
        }
    }

    @Test func aServerThatDidNotMakeTheFirstTokenLeavesNoFile() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    try await withThrowingTaskGroup { group in
                        for number in 1...4 {
                            group.addTask {
                                let server = try await Gatehouse.start(
                                    data: "\(folder)/\(number)", ["--database", database.serverURL])
                                try await server.stop()
                            }
                        }
                        try await group.waitForAll()
                    }
                    let files = (1...4).filter { access("\(folder)/\($0)/admin.token", F_OK) == 0 }
                    #expect(files.count == 1)
                    try await #expect(database.number("select count(*) from tokens") == 1)
                }
            }
        }
    }

    @Test func aNewValueReplacesTheOneBeforeAndARevokedOneStaysSo() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let (first, second) = (freshSecret(), freshSecret())
                try await withServer(on: database, adminToken: first) { server in
                    try await #expect(server.admin.get("/v1/whoami").status == 200)
                }
                try await withServer(on: database, adminToken: second) { server in
                    try await #expect(server.admin.get("/v1/whoami").status == 200)
                    try await #expect(server.admin.with(first).get("/v1/whoami").code == "auth.invalid")
                }
                try await withServer(on: database, adminToken: first) { server in
                    try await eventually("it says so") { server.logged("was revoked: choose a new value") }
                    try await #expect(server.admin.get("/v1/whoami").code == "auth.invalid")
                    try await #expect(server.admin.with(second).get("/v1/whoami").status == 200)
                }
                try await #expect(database.events("token.revoked") == 1)
                try await #expect(database.events("token.created") == 2)
                try await #expect(database.events("subject.created") == 1)
            }
        }
    }

    @Test func aRetiredFirstTokenIsNotMadeAgain() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let secret = freshSecret()
                try await withServer(on: database, adminToken: secret) { server in
                    let id = try #require(try await server.admin.get("/v1/whoami").json?["id"]?.string)
                    let (other, _) = try await server.admin.makeToken("keeper", roles: ["admin"])
                    try await #expect(server.admin.delete("/v1/tokens/\(id)").status == 204)
                    try await #expect(server.admin.get("/v1/whoami").status == 401)
                    try await #expect(other.get("/v1/tokens").status == 200)
                }
                try await withServer(on: database, adminToken: secret) { server in
                    try await #expect(server.admin.get("/v1/whoami").status == 401)
                }
                try await withFolder { folder in
                    let server = try await Gatehouse.start(data: folder + "/data", ["--database", database.serverURL])
                    #expect(access(folder + "/data/admin.token", F_OK) != 0)
                    try await server.stop()
                }
            }
        }
    }

    @Test(arguments: ["short", String(repeating: "x", count: 201)])
    func aChosenValueHasBounds(value: String) async throws {
        let outcome = try await Program.run(
            ["serve", "--data", "/nonexistent"], environment: ["GATEHOUSE_ADMIN_TOKEN": value])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("GATEHOUSE_ADMIN_TOKEN"))
        #expect(!outcome.errors.contains(value))
    }
}
