import Glibc
import JSON
import PostgresTesting
import Testing

/// The script of `analysis-templates/may-go-on.yaml`, as it is, run by a shell with curl as its job runs it.
@Suite struct AnalysisTemplateTests {
    private static let file = "analysis-templates/may-go-on.yaml"

    /// What stands below the job's `- |`, without its indentation.
    private static func script() throws -> String {
        let lines = RepositoryFile.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(lines.firstIndex { $0.hasSuffix("- |") })
        let indentation = lines[begin + 1].prefix { $0 == " " }.count
        let body = lines[(begin + 1)...].prefix { line in
            line.isEmpty || line.prefix(indentation).allSatisfy { $0 == " " }
        }
        return body.map { String($0.dropFirst(indentation)) }.joined(separator: "\n")
    }

    private func words(_ script: String) -> [String] { ["-euc", script] }

    private func variables(
        _ client: Client, _ promotion: String, _ freight: String, stage: String = "paper"
    ) -> [String: String] {
        [
            "PATH": String(cString: getenv("PATH")), "GATEHOUSE_SERVER": client.url,
            "GATEHOUSE_TOKEN": client.token ?? "", "PROJECT": "oracle", "STAGE": stage, "PROMOTION": promotion,
            "FREIGHT": freight, "PHASE": "pre-sync", "WAIT_SECONDS": "60", "PAUSE_SECONDS": "1",
        ]
    }

    @Test func theJobSetsEachVariableThatTheScriptReads() throws {
        let script = try Self.script()
        let read = Set(script.matches(of: /\$([A-Z][A-Z_]+)/).map { String($0.1) } + ["WAIT_SECONDS"])
        #expect(script.contains("+ WAIT_SECONDS"))
        let set = Set(RepositoryFile.text(Self.file).matches(of: /name: ([A-Z][A-Z_]+)/).map { String($0.1) })
        #expect(set.subtracting(["CURL_CA_BUNDLE"]) == read)
    }

    @Test func itGoesOnWhereTheGateIsOpen() async throws {
        try await withEmergency(Emergency.manifests(paper: "[]")) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            // A name that would break out of a text, or of an argument.
            let name = #"@nightly "4711" \ $(id)"#
            let end = try await Program.call(
                "/bin/sh", words(Self.script()), environment: variables(people.robot, name, freight))
            #expect(end.code == 0, "\(end.output)\(end.errors)")
            #expect(end.output.contains(#""allowed":true"#) && end.output.hasSuffix(" 200\n"))
            let made = try await people.anna.promotions(of: freight, into: "paper").first
            #expect(made?["id"]?.string == name && made?["kind"]?.string == "external")
        }
    }

    @Test func itFailsWhereAGateIsClosedOrTheTokenIsNone() async throws {
        try await withEmergency { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let stranger = people.robot.with("gatehouse_" + String(repeating: "x", count: 43))
            for (client, status) in [(people.robot, "423"), (stranger, "401")] {
                let end = try await Program.call(
                    "/bin/sh", words(Self.script()), environment: variables(client, "nightly", freight))
                #expect(end.code == 1 && end.output.hasSuffix(" \(status)\n"), "\(end.output)\(end.errors)")
                #expect(end.output.split(separator: "\n").count == 1, "it asked more than once: \(end.output)")
            }
            try await #expect(people.anna.promotions(of: freight, into: "paper").isEmpty)
        }
    }

    @Test func itAsksAgainWhileNobodyCanTell() async throws {
        let manifests = Emergency.manifests(paper: "[]")
        try await withEmergency(manifests) { server, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            // Where Kargo orchestrates nothing is told without its word.
            try await server.admin.apply(manifests.replacing("orchestrator: gatehouse", with: "orchestrator: kargo"))
            let process = try ChildProcess(
                "/bin/sh", words(Self.script()), environment: variables(people.robot, "nightly", freight))
            defer { process.send(SIGKILL) }
            try await eventually("it has asked twice") {
                process.output.split(separator: "\n").filter { $0.hasSuffix(" 503") }.count > 1
            }
            #expect(process.end == nil)
            try await server.admin.apply(manifests)
            try await eventually("it ends", within: .seconds(60)) { process.end != nil }
            #expect(process.end == .exit(0), "\(process.output)")
        }
    }

    @Test func itGivesUpWhenItHasWaitedLongEnough() async throws {
        try await withEmergency { _, people, _ in
            var variables = variables(people.robot, "nightly", String(repeating: "a", count: 40))
            variables["WAIT_SECONDS"] = "0"
            variables["GATEHOUSE_SERVER"] = "http://127.0.0.1:1"
            let end = try await Program.call("/bin/sh", words(Self.script()), environment: variables)
            #expect(end.code == 1 && end.output == " 000\n", "\(end.output)\(end.errors)")
        }
    }
}
