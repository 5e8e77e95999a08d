import Glibc
import JSON
import PostgresTesting
import Testing

@Suite struct CommandTests {
    private static let commands = [
        "serve", "migrate", "token create", "token list", "token revoke", "whoami", "version", "help",
        "gate", "schedule", "check", "apply", "revisions", "revision show", "approve revision", "reject revision",
        "freeze start", "freeze list", "freeze end", "promote", "waiting", "promotions",
        "abort", "retry", "result", "freight list", "freight show", "freight rename",
        "freight approve", "freight revoke", "freight reject", "freight reinstate",
    ]

    @Test(arguments: commands)
    func everyCommandExplainsItself(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let asked = try await Program.run(words + ["--help"])
        #expect(asked.code == 0)
        #expect(asked.output.contains("Usage: gatehouse \(command)"))
        let helped = try await Program.run(["help"] + words)
        #expect(helped.output == asked.output)
        #expect(asked.errors.isEmpty && helped.errors.isEmpty)
    }

    @Test func theOverviewNamesEveryCommand() async throws {
        for words in [[], ["help"], ["--help"]] {
            let outcome = try await Program.run(words)
            #expect(outcome.code == 0)
            for command in Self.commands { #expect(outcome.output.contains("  \(command) ")) }
        }
    }

    @Test func theHelpOfAGroupNamesItsCommands() async throws {
        let outcome = try await Program.run(["help", "freight"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("  freight list ") && outcome.output.contains("  freight reject "))
        #expect(!outcome.output.contains("freeze"))
    }

    @Test func theVersionIsTold() async throws {
        for words in [["version"], ["--version"]] {
            let outcome = try await Program.run(words)
            #expect(outcome.code == 0)
            #expect(outcome.output.contains(/^gatehouse \d+\.\d+\.\d+ \(icu [^,]+, tzdata \d{4}[a-z]\)\n$/))
        }
    }

    @Test(arguments: [
        (["fly"], "there is no command 'fly'"), (["token"], "gatehouse token create"),
        (["help", "fly"], "there is no command 'fly'"),
        (["serve", "--lisen", "x"], "did you mean --listen?"), (["serve", "--frobnicate"], "see --help"),
        (["serve", "-x"], "options are written in full"), (["serve", "--listen"], "--listen needs a value"),
        (["serve", "--listen", "a", "--listen", "b"], "stands twice"), (["serve", "more"], "serve takes options only"),
        (["serve", "--log-level", "loud"], "debug, info, warning, error"),
        (["serve", "--rate-limit", "-1"], "--rate-limit is a number"),
        (["serve", "--listen", "nowhere"], "--listen is a numeric address"),
        (["serve", "--tls-cert", "x"], "go together"),
        (["serve", "--listen", "0.0.0.0:0"], "can be reached from elsewhere"), (["migrate"], "which database?"),
        (["migrate", "--dry-run=yes"], "--dry-run takes no value"),
        (["token", "create", "--name", "x"], "at least one --role"),
        (["token", "revoke"], "which token?"), (["token", "revoke", "../x"], "which token?"), (["whoami"], "no token"),
    ])
    func whatIsNotUnderstoodEndsWithTwoAndAdvice(words: [String], advice: String) async throws {
        let outcome = try await Program.run(words)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func anEmptyTokenIsToldApartFromNone() async throws {
        for value in ["", " \n"] {
            let variable = try await Program.run(["whoami"], environment: ["GATEHOUSE_TOKEN": value])
            #expect(variable.code == 2)
            #expect(
                variable.errors
                    == "gatehouse: GATEHOUSE_TOKEN is empty: set it to a token, or say --token-file FILE\n")
        }
        try await withFolder { folder in
            let path = folder + "/token"
            try write("\n", to: path)
            let file = try await Program.run(["whoami", "--token-file", path], environment: ["GATEHOUSE_TOKEN": "x"])
            #expect(file.code == 2)
            #expect(file.errors == "gatehouse: \(path) is empty: write a token into it\n")
        }
    }

    @Test(arguments: [
        (["calendar", "status", "NONE"], "there is no calendar 'NONE' ('gatehouse calendar list' lists them) ["),
        (["freeze", "end", "none", "--reason", "x"], "('gatehouse freeze list' lists them) [freeze.not_found]"),
        (["gate", "oracle", "paper", "--at", "soon"], "(write it like 2026-11-20T15:00:00Z) [request.bad_instant]"),
        (["schedule", "oracle", "paper", "--from", "2026-11-20T15:00:00*02:00"], "±hh:mm [request.bad_instant]"),
    ])
    func hintsAreForATerminal(words: [String], told: String) async throws {
        try await SharedServer.use { server in
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            let outcome = try await Program.run(words, environment: variables)
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(told), "\(outcome.errors)")
            #expect(!outcome.errors.contains(/GET|POST|curl|query/))
        }
    }

    @Test func whatFailsEndsWithOne() async throws {
        let unreachable = try await Program.run(
            ["whoami", "--server", "http://127.0.0.1:1"], environment: ["GATEHOUSE_TOKEN": "x"])
        #expect(unreachable.code == 1)
        let noDatabase = try await Program.run(["migrate", "--database", "postgresql:///x?host=/nonexistent"])
        #expect(noDatabase.code == 1)
        let noFile = try await Program.run(["whoami", "--token-file", "/nonexistent"])
        #expect(noFile.code == 1)
        #expect(noFile.errors.contains("/nonexistent"))
    }

    @Test func tokensAreMadeListedAndRevoked() async throws {
        try await withServer { server, _ in
            let variables = ["GATEHOUSE_SERVER": server.url + "/", "GATEHOUSE_TOKEN": try #require(server.adminToken)]
            let made = try await Program.run(
                [
                    "token", "create", "--name", "pipeline", "--kind", "robot", "--role", "ci", "--role=gate",
                    "--project", "shop",
                    "--stage", "test", "--also-known-as", "ci@shop.example", "--expires-in", "12h",
                ], environment: variables)
            #expect(made.code == 0, "\(made.errors)")
            let secret = made.output.filter { $0 != "\n" }
            let me = try await Program.run(
                ["whoami", "--server", server.url], environment: ["GATEHOUSE_TOKEN": secret])
            #expect(me.output.contains("subject   pipeline (robot)"))
            #expect(me.output.contains("roles     gate,ci"))
            #expect(me.output.contains("projects  shop"))
            let json = try await Program.run(
                ["whoami", "--json", "--server", server.url], environment: ["GATEHOUSE_TOKEN": secret])
            let id = try #require(JSONValue(parsing: Array(json.output.utf8))["id"]?.string)
            let list = try await Program.run(["token", "list"], environment: variables)
            #expect(list.output.split(separator: "\n").count == 2)
            #expect(list.output.contains("\(id)  pipeline  pipeline  gate,ci  until "))
            let revoked = try await Program.run(["token", "revoke", id], environment: variables)
            #expect(revoked.code == 0)
            #expect(revoked.output == "revoked \(id)\n")
            let again = try await Program.run(["token", "revoke", id], environment: variables)
            #expect(again.code == 1)
            #expect(again.errors.contains("[token.not_found]"))
            try await #expect(server.admin.with(secret).get("/v1/whoami").status == 401)
        }
    }

    @Test func aTokenCanComeFromAFile() async throws {
        try await withFolder { folder in
            let path = folder + "/token"
            try await SharedServer.use { server in
                let file = try #require(fopen(path, "w"))
                fputs((server.adminToken ?? "") + "\n", file)
                fclose(file)
                let outcome = try await Program.run(["whoami", "--server", server.url, "--token-file", path])
                #expect(outcome.code == 0)
                #expect(outcome.output.contains("subject   bootstrap (person)"))
                #expect(outcome.output.contains("expires   never"))
            }
        }
    }
}
