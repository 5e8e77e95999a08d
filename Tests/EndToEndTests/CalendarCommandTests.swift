import Glibc
import JSON
import Testing

@Suite struct CalendarCommandTests {
    private nonisolated(nonsending) func run(_ server: Gatehouse, _ token: String?, _ words: [String]) async throws
        -> Program.Outcome
    {
        try await Program.run(
            ["calendar"] + words, environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": token ?? ""])
    }

    @Test func calendarsAreAskedFromATerminal() async throws {
        try await SharedServer.use { server in
            let token = server.adminToken
            let list = try await run(server, token, ["list"])
            #expect(list.output.contains("XNYS  2026.3  America/New_York  1990-01-01 to 2030-12-31\n"))
            try await #expect(run(server, token, ["show", "XNYS"]).output.contains("\"builtIn\":true"))
            let status = try await run(server, token, ["status", "XNYS", "--at", "2026-03-09T14:30:00+01:00"])
            #expect(
                status.output
                    == "XNYS is open at 2026-03-09T09:30:00-04:00 (core); closed at 2026-03-09T16:00:00-04:00\n")
            let range = ["sessions", "XNYS", "--from", "2026-11-27", "--to", "2026-11-27"]
            let sessions = try await run(server, token, range)
            #expect(sessions.output == "2026-11-27  2026-11-27T14:30:00Z  2026-11-27T18:00:00Z  earlyClose\n")
            let table = try await run(server, token, range + ["--csv"])
            #expect(table.output.hasSuffix("\n2026-11-27,2026-11-27T14:30:00Z,2026-11-27T18:00:00Z,,\n"))
            let unknown = try await run(server, token, ["status", "NONE"])
            #expect(unknown.code == 1)
            #expect(unknown.errors.contains("[calendar.not_found]"))
            try await #expect(run(server, token, ["status"]).code == 2)
            try await #expect(run(server, token, ["sessions", "XNYS", "--from", "2026-11-27"]).code == 2)
        }
    }

    @Test func aCalendarIsLoadedAndAdjustedFromATerminal() async throws {
        try await withServer { server, _ in
            try await withFolder { folder in
                let path = folder + "/lse.csv"
                let file = try #require(fopen(path, "w"))
                fputs(
                    """
                    date,open_utc,close_utc,break_start_utc,break_end_utc
                    2029-11-27,2029-11-27T08:00:00Z,2029-11-27T16:30:00Z,,

                    """, file)
                fclose(file)
                let token = server.adminToken
                let loaded = try await run(
                    server, token,
                    [
                        "load", "XLON", path, "--time-zone", "Europe/London", "--issue", "a b", "--from", "2029-11-01",
                        "--to", "2029-11-30", "--reason", "first & last",
                    ])
                #expect(loaded.output == "XLON is at version a b\n", "\(loaded.errors)")
                let asker = try await server.admin.makeToken("asker", roles: ["operator"]).client.token
                let asked = try await run(
                    server, asker,
                    [
                        "adjust", "XLON", "--date", "2029-11-27", "--kind", "earlyClose", "--at", "12:30", "--reason",
                        "r",
                        "--source", "s",
                    ])
                #expect(asked.output.contains("  2029-11-27  earlyClose  12:30  pending  0 of 1 approvals\n"))
                let id = String(asked.output.prefix { $0 != " " })
                let other = try await server.admin.makeToken("other", roles: ["approver"]).client.token
                let approved = try await run(server, other, ["approve", "XLON", id, "--note", "ok"])
                #expect(approved.output.contains("  effective  1 of 1 approvals"), "\(approved.errors)")
                let withdrawn = try await run(server, asker, ["withdraw", "XLON", id, "--reason", "no"])
                #expect(withdrawn.output.contains("  withdrawn  "), "\(withdrawn.errors)")
                let list = try await run(server, token, ["adjustments", "XLON"])
                #expect(list.output == withdrawn.output)
            }
        }
    }
}
