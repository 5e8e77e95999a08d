import Glibc
import JSON
import PostgresTesting
import Testing
import Time

@Suite struct ManifestCommandTests {
    private nonisolated(nonsending) func run(_ server: Gatehouse, _ token: String?, _ words: [String]) async throws
        -> Program.Outcome
    {
        try await Program.run(words, environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": token ?? ""])
    }

    @Test func theReferencesExamplesAreRight() async throws {
        let reference = RepositoryFile.text("docs/manifests.md").split(separator: "```")
        let example = try #require(reference.first { $0.hasPrefix("yaml\n") }?.dropFirst(5))
        let gates = RepositoryFile.text("docs/time.md").split(separator: "```").filter { $0.hasPrefix("yaml\n") }
        #expect(gates.count == 2)
        try await withFolder { folder in
            let path = folder + "/stonks.yaml"
            try write(String(example), to: path)
            let whole = try await Program.run(["check", path])
            #expect(whole.code == 0, "\(whole.errors)")
            for gate in gates {
                let policy = Oracle.stage("paper", gates: "\n    " + gate.dropFirst(5))
                try write(Oracle.projectPolicy() + policy, to: path)
                let one = try await Program.run(["check", path])
                #expect(one.code == 0, "\(one.errors)\(policy)")
            }
        }
    }

    @Test func manifestsAreCheckedWithoutAServer() async throws {
        try await withFolder { folder in
            let (project, paper) = (folder + "/project.yaml", folder + "/paper.yaml")
            try write(Oracle.projectPolicy(), to: project)
            try write(Oracle.stage("paper", gates: "[\(Oracle.noFridayEvening)]"), to: paper)
            let right = try await Program.run(["check", project, paper])
            #expect(right.code == 0, "\(right.errors)")
            #expect(right.output == "oracle: 1 stages, no errors\n")

            try write(Oracle.stage("paper", gates: "[{name: a, market: {calendar: XLON}}]"), to: paper)
            let loaded = try await Program.run(["check", project, paper])
            #expect(loaded.code == 0)
            #expect(
                loaded.errors.contains("\(paper):6:40: warning: spec.gates[0].market.calendar: only the server knows"))

            try write(
                Oracle.stage(
                    "paper",
                    gates:
                        "[\(Oracle.noFridayEvening.replacing("New_York", with: "NewYork").replacing("18:", with: "8:"))]"
                ),
                to: paper)
            let wrong = try await Program.run(["check", project, paper])
            #expect(wrong.code == 1)
            #expect(wrong.errors.contains("\(paper):6:"))
            #expect(wrong.errors.contains("error: spec.gates[0].window.timeZone: 'America/NewYork' is no time zone"))
            #expect(wrong.errors.contains("error: spec.gates[0].window.start: '8:00' is no time of the day"))

            let other = try await Program.run(["check", "--project", "shop", project])
            #expect(other.code == 1)
            #expect(other.errors.contains("\(project):3:"))
            try await #expect(Program.run(["check"]).code == 2)
            try await #expect(Program.run(["check", folder + "/none.yaml"]).code == 1)
        }
    }

    @Test(arguments: [
        ("", "1:1: error: there is no manifest here: the file is empty, or has only comments"),
        ("spec:\n\tgates: []\n", "2:1: error: this line is indented with a tab; indent it with spaces."),
    ])
    func aFileThatIsNoneIsToldInPlainWords(text: String, told: String) async throws {
        try await SharedServer.use { server in
            try await withFolder { folder in
                let path = folder + "/oracle.yaml"
                try write(text, to: path)
                let checked = try await Program.run(["check", path])
                let applied = try await run(server, server.adminToken, ["apply", path])
                for outcome in [checked, applied] {
                    #expect(outcome.code == 1)
                    #expect(outcome.errors.hasPrefix("\(path):\(told)"), "\(outcome.errors)")
                }
            }
        }
    }

    @Test func aWindowThatIsOverIsToldWhereItStands() async throws {
        let over = Oracle.noFridayEvening.replacing("BYDAY=FR", with: "BYDAY=FR;UNTIL=20261113")
        try await withServer(["--clock", "2026-11-20T15:00:00Z"]) { server, _ in
            try await withFolder { folder in
                let (project, paper) = (folder + "/project.yaml", folder + "/paper.yaml")
                try write(Oracle.projectPolicy(), to: project)
                try write(Oracle.stage("paper", gates: "[\(over)]"), to: paper)
                let told = "warning: spec.gates[0].window.rrule: the deny window is over: its gate stays open for ever"
                for words in [["apply", "--dry-run"], ["apply"]] {
                    let answer = try await run(server, server.adminToken, words + [project, paper])
                    #expect(answer.code == 0)
                    #expect(answer.errors.hasPrefix("\(paper):6:65: \(told)"), "\(answer.errors)")
                    #expect(answer.output.contains("oracle: revision 1 "))
                }
                // Without a server, by this machine's clock.
                let old = Oracle.noFridayEvening.replacing("BYDAY=FR", with: "BYDAY=FR;UNTIL=20200103")
                try write(Oracle.stage("paper", gates: "[\(old)]"), to: paper)
                let checked = try await Program.run(["check", project, paper])
                #expect(checked.code == 0)
                #expect(checked.errors.hasPrefix("\(paper):6:65: \(told)"), "\(checked.errors)")
                #expect(checked.output == "oracle: 1 stages, no errors\n")
            }
        }
    }

    @Test func manifestsAreAppliedFromATerminal() async throws {
        try await withServer { server, _ in
            let admin = server.adminToken
            let ben = try await server.admin.makeToken("ben", roles: ["approver", "viewer"]).client.token
            let anna = try await server.admin.makeToken("anna", roles: ["admin", "viewer"]).client.token
            try await withFolder { folder in
                let (project, paper) = (folder + "/project.yaml", folder + "/paper.yaml")
                try write(Oracle.projectPolicy(approvals: 1), to: project)
                try write(Oracle.stage("paper", gates: "[\(Oracle.marketHours)]"), to: paper)
                let told = try await run(server, anna, ["apply", "--dry-run", project, paper])
                #expect(told.code == 0, "\(told.errors)")
                #expect(told.output.hasSuffix("oracle: revision 1 would be in force\n"))
                let applied = try await run(server, anna, ["apply", project, paper])
                #expect(applied.output.hasSuffix("oracle: revision 1 is in force\n"))
                let again = try await run(server, anna, ["apply", project, paper])
                #expect(again.output == "oracle: revision 1 is in force; nothing changed\n")

                try write(
                    Oracle.stage("paper", gates: "[\(Oracle.marketHours.replacing("30m", with: "5m"))]"), to: paper)
                let pending = try await run(server, anna, ["apply", project, paper, "--reason", "calm & quiet"])
                #expect(pending.code == 0)
                #expect(pending.output.contains("loosens    stages.paper.gates.market-hours.market.closedIn[0].before"))
                #expect(pending.output.contains("\"30m\" → \"5m\""))
                #expect(pending.output.hasSuffix("oracle: revision 2 waits for 1 approval by others\n"))
                let reason = try await run(server, anna, ["apply", project, "--reason", "another"])
                #expect(reason.errors.contains("say --supersede to put"), "\(reason.errors)")
                let list = try await run(server, ben, ["revisions", "oracle"])
                #expect(list.output.contains("2  pending  loosens  0 of 1 approvals  anna  "))
                #expect(list.output.contains("calm & quiet"))
                let approved = try await run(server, ben, ["approve", "revision", "oracle", "2"])
                #expect(approved.output.hasPrefix("2  active  "), "\(approved.errors)")
                let late = try await run(server, ben, ["reject", "revision", "oracle", "2", "--reason", "no"])
                #expect(late.code == 1)
                #expect(late.errors.contains("[revision.decided]"))
                let shown = try await run(server, ben, ["revision", "show", "oracle", "2"])
                let lines = shown.output.split(separator: "\n")
                try #require(lines.count == 4, "\(shown)")
                #expect(lines[0].hasPrefix("2  active  loosens  1 of 1 approvals  anna  "))
                #expect(lines[1] == "approved by  ben")
                #expect(lines[2].hasPrefix("in force from  20"))
                #expect(lines[3].hasPrefix("loosens    stages.paper.gates.market-hours.market.closedIn[0].before"))
                let whole = try await run(server, ben, ["revision", "show", "oracle", "2", "--json"])
                let document = try JSONValue(parsing: Array(whole.output.utf8))
                #expect(document["manifests"]?["project"]?.string == "oracle")
                let none = try await run(server, ben, ["revision", "show", "oracle", "3"])
                #expect(none.code == 1)
                #expect(none.errors.contains("[revision.not_found]"))
                try await #expect(run(server, ben, ["revision", "show", "oracle"]).code == 2)

                // The server's errors are told where they stand in the files.
                try write(Oracle.stage("paper", gates: "[{name: a, market: {calendar: XNYE}}]"), to: paper)
                let wrong = try await run(server, admin, ["apply", project, paper])
                #expect(wrong.code == 1)
                #expect(
                    wrong.errors.contains("\(paper):6:40: error: spec.gates[0].market.calendar: there is no calendar"))
                // Each mistake once, at its place in the file that was given.
                #expect(wrong.errors.hasSuffix("\ngatehouse: 'oracle' was not changed [manifest.invalid]\n"))
                #expect(!wrong.errors.contains("manifests:"), "\(wrong.errors)")
            }
        }
    }

    @Test func theLineIsStoppedFromATerminal() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            let token = server.adminToken
            let words = ["freeze", "start", "--project", "oracle", "--stage", "paper", "--reason", "a loop"]
            let started = try await run(server, token, words)
            #expect(started.code == 0, "\(started.errors)")
            let id = String(started.output.prefix(16))
            #expect(started.output.hasPrefix("\(id)  active  oracle/paper  bootstrap  "))
            let list = try await run(server, token, ["freeze", "list", "--active"])
            #expect(list.output == started.output)
            try await #expect(run(server, token, ["gate", "oracle", "paper"]).code == 3)
            let ended = try await run(server, token, ["freeze", "end", id, "--reason", "fixed"])
            #expect(ended.output.hasPrefix("\(id)  ended  "))
            try await #expect(run(server, token, ["freeze", "list", "--active"]).output.isEmpty)
            try await #expect(run(server, token, ["freeze", "start"]).code == 2)
        }
    }
}
