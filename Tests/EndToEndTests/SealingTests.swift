import Glibc
import JSON
import PostgresTesting
import Testing

/// How the log gets its order, who sees to it, and what happens when it is not the log that a server knew.
@Suite struct SealingTests {
    /// Starts a server on a database and a folder that other servers use before and after. The caller has a turn.
    private nonisolated(nonsending) func with(
        _ database: ServiceDatabase, data: String, _ arguments: [String] = [], secret: String,
        _ body: nonisolated(nonsending) (Gatehouse) async throws -> Void
    ) async throws {
        let server = try await Gatehouse.start(
            data: data, ["--database", database.serverURL] + arguments,
            environment: ["GATEHOUSE_ADMIN_TOKEN": secret])
        do {
            try await body(server)
        } catch {
            try await server.kill()
            throw error
        }
        if server.process.end == nil { try await server.stop() }
    }

    private nonisolated(nonsending) func withLog(
        _ body: nonisolated(nonsending) (ServiceDatabase, String, String) async throws -> Void
    ) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in try await body(database, folder, freshSecret()) }
            }
        }
    }

    private nonisolated(nonsending) func findings(_ server: Gatehouse) async throws -> [String] {
        try await server.anonymous.get("/readyz").json?["findings"]?.array?.compactMap { $0["code"]?.string } ?? []
    }

    private static let inOrder = """
        select case when count(*) = 0 then 'yes' else 'no' end from (
            select leaf, row_number() over (order by e.xact, e.id) - 1 as place
            from audit_leaves l join audit_events e on e.id = l.event) t where leaf <> place
        """

    /// Whoever began first and commits last still comes first: the events after it wait.
    @Test func anEventWaitsForTransactionsThatBeganBeforeIt() async throws {
        try await withServer { server, database in
            try await database.eventuallySealed()
            let before = try await database.events()
            let holder = try await HeldLock.hold(database, "insert into epochs (scope) values ('a test')")
            _ = try await server.admin.makeToken("late")
            try await eventually("the server has looked more than once") {
                MetricsText.gauge("gatehouse_audit_unsealed_seconds", try await server.admin.get("/metrics").text) > 1
            }
            try await #expect(database.number("select count(*) from audit_leaves") == before)
            try await holder.release()
            try await database.eventuallySealed()
            try await #expect(database.texts(Self.inOrder) == ["yes"])
            try await eventually("nothing is amiss") { try await findings(server).isEmpty }
        }
    }

    @Test func aSealerThatStopsIsToldOfAndStopsNoWrite() async throws {
        try await withServer { server, database in
            try await database.eventuallySealed()
            let holder = try await HeldLock.hold(database, "select pg_advisory_xact_lock(4748, 0)")
            _ = try await server.admin.makeToken("one")
            try await eventually("somebody is told") { try await findings(server).contains("audit.unsealed") }
            try await #expect(server.anonymous.get("/readyz").status == 200)
            let waited = MetricsText.gauge(
                "gatehouse_audit_unsealed_seconds", try await server.admin.get("/metrics").text)
            #expect(waited > 5)
            _ = try await server.admin.makeToken("two")
            try await holder.release()
            try await database.eventuallySealed()
            try await eventually("nothing is amiss") { try await findings(server).isEmpty }
        }
    }

    @Test func anotherServerGoesOnWhereTheFirstEnded() async throws {
        try await withLog { database, folder, secret in
            try await with(database, data: folder + "/one", secret: secret) { one in
                let key = folder + "/one/audit.key"
                try await with(database, data: folder + "/two", ["--audit-key", key], secret: secret) { two in
                    for number in 0..<20 {
                        _ = try await (number % 2 == 0 ? one : two).admin.makeToken("token \(number)")
                    }
                    try await database.eventuallySealed()
                    try await one.kill()
                    for number in 20..<30 { _ = try await two.admin.makeToken("token \(number)") }
                    try await database.eventuallySealed()
                    try await #expect(findings(two).isEmpty)
                    try await #expect(database.texts(Self.inOrder) == ["yes"])
                    let file = folder + "/export"
                    let exported = try await Program.run(
                        ["audit", "export", "--output", file],
                        environment: ["GATEHOUSE_SERVER": two.url, "GATEHOUSE_TOKEN": secret])
                    #expect(exported.code == 0, "\(exported.errors)")
                    // What the first one kept is a beginning of what the second one has.
                    let verified = try await Program.run(
                        ["audit", "verify", file, "--checkpoint", folder + "/one/audit.checkpoint"])
                    #expect(verified.code == 0, "\(verified.errors)")
                }
            }
        }
    }

    @Test func aServerWithAnotherKeyDoesNotSealAndSaysSo() async throws {
        try await withLog { database, folder, secret in
            let made = try await Program.run(["audit", "keygen", "example.com/log", "--output", folder + "/a"])
            #expect(made.output.hasPrefix("example.com/log+"))
            _ = try await Program.run(["audit", "keygen", "example.com/log", "--output", folder + "/b"])
            let (a, b) = (RepositoryFile.read(folder + "/a"), RepositoryFile.read(folder + "/b"))
            try await with(database, data: folder + "/one", ["--audit-key", folder + "/a"], secret: secret) { _ in
                try await database.eventuallySealed()
            }
            try await with(database, data: folder + "/two", ["--audit-key", folder + "/b"], secret: secret) { two in
                try await #expect(findings(two) == ["audit.not_sealing"])
                #expect(two.logged("put the old one's line below it"))
            }
            // Without any: the log has a key, and it is not here.
            try await with(database, data: folder + "/three", secret: secret) { three in
                try await #expect(findings(three) == ["audit.not_sealing"])
            }
            // With both the new one takes the old one's place.
            try write(String(decoding: b + a, as: UTF8.self), to: folder + "/both")
            try await with(database, data: folder + "/two", ["--audit-key", folder + "/both"], secret: secret) { two in
                _ = try await two.admin.makeToken("new")
                try await database.eventuallySealed()
                let keys = try await two.admin.get("/v1/audit/keys").json?["keys"]?.array
                #expect(keys?.map { $0["current"]?.bool } == [true, false])
            }
            try await with(database, data: folder + "/one", ["--audit-key", folder + "/a"], secret: secret) { one in
                try await #expect(findings(one) == ["audit.not_sealing"])
                #expect(one.logged("was replaced by"))
            }
        }
    }

    @Test func checkpointsAreSentAwayAtTheStart() async throws {
        try await withLog { database, folder, secret in
            let file = folder + "/sent"
            for times in 1...2 {
                try await with(database, data: folder + "/data", ["--checkpoint-to", file], secret: secret) { server in
                    try await eventually("it is written") {
                        String(decoding: RepositoryFile.read(file), as: UTF8.self).split(separator: "seen ").count
                            == times
                    }
                    _ = try await server.admin.makeToken("a token \(times)")
                    try await database.eventuallySealed()
                    let export = try await Program.run(
                        ["audit", "export", "--output", folder + "/export", "--force"],
                        environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": secret])
                    #expect(export.code == 0)
                }
                let verified = try await Program.run(["audit", "verify", folder + "/export", "--checkpoint", file])
                #expect(verified.output.contains("proved: consistent"), "\(verified.errors)")
            }
        }
    }

    @Test func checkpointsAreSentToAnAddress() async throws {
        let keeper = try Receiver(isAway: true)
        try await withLog { database, folder, secret in
            let arguments = ["--checkpoint-to", keeper.url]
            try await with(database, data: folder + "/data", arguments, secret: secret) { server in
                try await eventually("it was tried") { keeper.misses >= 1 }
                #expect(keeper.told.isEmpty)
            }
            keeper.isAway(false)
            try await with(database, data: folder + "/data", arguments, secret: secret) { server in
                try await keeper.isTold(1)
                let note = try #require(keeper.told.first).body
                try write(String(decoding: note, as: UTF8.self), to: folder + "/kept")
                _ = try await server.admin.makeToken("later")
                try await database.eventuallySealed()
                let export = try await Program.run(
                    ["audit", "export", "--output", folder + "/export"],
                    environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": secret])
                #expect(export.code == 0)
                let verified = try await Program.run(
                    ["audit", "verify", folder + "/export", "--checkpoint", folder + "/kept"])
                #expect(verified.output.contains("proved: consistent"), "\(verified.errors)")
            }
        }
    }

    @Test(arguments: ["http://192.0.2.1/x", "ftp://example.com", "http://127.0.0.1.example.com/"])
    func checkpointsAreSentNowhereUnprotected(target: String) async throws {
        let outcome = try await Program.run(["serve", "--data", "/nonexistent", "--checkpoint-to", target])
        #expect(outcome.code == 2 && outcome.errors.contains("--checkpoint-to"))
    }

    /// Takes away what came last, as a restore of an old backup does, or somebody who owns the database.
    private static func cut(to size: Int) -> String {
        """
        begin;
        alter table audit_events disable trigger user;
        alter table audit_leaves disable trigger user;
        alter table audit_checkpoints disable trigger user;
        delete from audit_checkpoints where size > \(size);
        delete from audit_leaves where leaf >= (select coalesce(max(size), 0) from audit_checkpoints);
        delete from audit_events e where not exists (select from audit_leaves l where l.event = e.id);
        alter table audit_events enable always trigger audit_events_stay;
        alter table audit_leaves enable always trigger audit_leaves_stay;
        alter table audit_checkpoints enable always trigger audit_checkpoints_stay;
        commit
        """
    }

    @Test func aLogThatWasRolledBackLetsNothingOnUntilTwoPeopleAcceptIt() async throws {
        try await withLog { database, folder, secret in
            let data = folder + "/data"
            var first = 0
            try await with(database, data: data, secret: secret) { server in
                try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
                try await database.eventuallySealed()
                first = try await database.events()
                for number in 0..<3 { _ = try await server.admin.makeToken("lost \(number)") }
                try await database.eventuallySealed()
                try await #expect(server.admin.peek().status == 200)
                try await #expect(
                    server.admin.post("/v1/audit/rollbacks", reason("none")).code == "audit.not_rolled_back")
            }
            try await database.run(Self.cut(to: first))
            try await with(database, data: data, secret: secret) { server in
                try await #expect(findings(server) == ["audit.rolled_back"])
                let peek = try await server.admin.peek()
                #expect(peek.status == 503 && peek.code == "audit.rolled_back")
                let promotion = try await server.admin.get("/metrics").text
                #expect(promotion.contains("gatehouse_audit_rolled_back 1\n"))
                let sealed = try await database.number("select max(size) from audit_checkpoints")
                let ada = try await server.admin.makeToken("ada", roles: ["admin", "approver"]).client
                let ben = try await server.admin.makeToken("ben", roles: ["approver"]).client
                let asked = try await ada.post("/v1/audit/rollbacks", reason("restored the backup of ten o'clock"))
                #expect(asked.status == 201)
                let path = "/v1/audit/rollbacks/\(asked.json?["id"]?.string ?? "")/approve"
                try await #expect(ada.post(path, .object([])).code == "approval.own")
                try await #expect(server.admin.peek().status == 503)
                try await #expect(database.number("select max(size) from audit_checkpoints") == sealed)
                try await #expect(ben.post(path, .object([])).status == 200)
                try await #expect(ben.post(path, .object([])).code == "audit.rollback_accepted")
                try await #expect(server.admin.peek().status == 200)
                try await #expect(database.events("audit.rollback_accepted") == 1)
                try await #expect(database.events("audit.rollback_requested") == 1)
                let shown = try await server.admin.get("/v1/audit/rollbacks").json?["rollbacks"]?.array
                #expect(shown?.first?["acceptedBy"]?.string == "ben")
                try await database.eventuallySealed()
                try await #expect(findings(server).isEmpty)
                try await #expect(
                    ben.post("/v1/audit/rollbacks/aaaaaaaaaaaaaaaa/approve", .object([])).code
                        == "audit.rollback_not_found")
            }
            // What was accepted once is not accepted for the next time.
            try await database.run(Self.cut(to: first))
            try await with(database, data: data, secret: secret) { server in
                try await #expect(findings(server) == ["audit.rolled_back"])
            }
        }
    }

    /// Somebody writes another past, and orders it anew with all its hashes.
    @Test func aPastThatWasAlteredIsNoticed() async throws {
        try await withLog { database, folder, secret in
            try await with(database, data: folder + "/data", secret: secret) { server in
                _ = try await server.admin.makeToken("one")
                try await database.eventuallySealed()
            }
            try await database.run(
                """
                begin;
                alter table audit_events disable trigger user;
                alter table audit_leaves disable trigger user;
                update audit_events set event = convert_to(replace(convert_from(event, 'utf8'), 'one', 'two'), 'utf8');
                update audit_leaves l set hash = sha256('\\x00'::bytea || e.event) from audit_events e where e.id = l.event;
                alter table audit_events enable always trigger audit_events_stay;
                alter table audit_leaves enable always trigger audit_leaves_stay;
                commit
                """)
            try await with(database, data: folder + "/data", secret: secret) { server in
                try await #expect(findings(server) == ["audit.rolled_back"])
                _ = try await server.admin.makeToken("written all the same")
            }
        }
    }

    /// A dump carries the numbers of transactions over into a database that counts from the beginning.
    @Test func whatCameInByARestoreIsSealedToo() async throws {
        try await withLog { database, folder, secret in
            try await database.run(
                """
                insert into audit_events (xact, at, code, actor, event)
                    select '90000000000', now(), 'a.b', 'x', convert_to('{"n":' || n || '}', 'utf8') from generate_series(1, 3) n
                """)
            try await with(database, data: folder + "/data", secret: secret) { server in
                try await database.eventuallySealed()
            }
            try await database.run(
                """
                alter table audit_checkpoints disable trigger user;
                update audit_checkpoints set below = '90000000001';
                alter table audit_checkpoints enable always trigger audit_checkpoints_stay;
                insert into audit_events (xact, at, code, actor, event) values ('90000000002', now(), 'a.b', 'x', '{}')
                """)
            try await with(database, data: folder + "/data", secret: secret) { server in
                _ = try await server.admin.makeToken("one")
                try await database.eventuallySealed()
                try await #expect(findings(server).isEmpty)
            }
        }
    }
}

extension MetricsText {
    /// What a page says of a gauge without labels.
    fileprivate static func gauge(_ name: String, _ page: String) -> Double {
        page.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { $0.split(separator: " ").last.flatMap { Double($0) } } ?? 0
    }
}
