import JSON
import PostgresTesting
import Testing

@Suite struct StageTests {
    private static let friday = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func withProject(
        _ arguments: [String] = ["--clock", friday], manifests: String = "",
        _ body: nonisolated(nonsending) (Gatehouse, ServiceDatabase) async throws -> Void
    ) async throws {
        try await withServer(arguments) { server, database in
            try await server.admin.apply(
                Oracle.projectPolicy() + Oracle.stage("beta") + Oracle.stage("paper") + manifests)
            try await body(server, database)
        }
    }

    @Test func aDisabledStageIsClosedAtOnceAndAnEnabledOneOpen() async throws {
        try await withProject { server, database in
            let disabled = try await server.admin.disable("paper")
            #expect(disabled.status == 200)
            #expect(disabled.json?["enabled"]?.bool == false)
            #expect(disabled.json?["disabled"]?["by"]?.string == "bootstrap")
            let peek = try await server.admin.peek("paper")
            #expect(peek.status == 423)
            #expect(peek.json?["code"]?.string == "stage.disabled")
            #expect(peek.json?["final"]?.bool == false)
            #expect(peek.json?["reason"]?.string?.contains("the broker is down") == true)
            try await #expect(server.admin.peek("beta").status == 200)
            try await #expect(server.admin.disable("paper").code == "stage.disabled_already")
            let enabled = try await server.admin.enable("paper")
            #expect(enabled.json?["enabled"]?.bool == true)
            try await #expect(server.admin.peek("paper").status == 200)
            try await #expect(server.admin.enable("paper").code == "stage.enabled_already")
            try await #expect(database.events("stage.disabled") == 1)
            try await #expect(database.events("stage.enabled") == 1)
        }
    }

    @Test func aDisablingWithAnEndIsOverByItself() async throws {
        try await withProject { server, _ in
            _ = try await server.admin.disable("paper", ["until": .string("2026-11-20T19:00:00Z")])
            try await #expect(server.admin.peek("paper", at: "2026-11-20T18:59:59.999999Z").status == 423)
            try await #expect(server.admin.peek("paper", at: "2026-11-20T19:00:00Z").status == 200)
            let past = try await server.admin.disable("beta", ["until": .string("2026-11-20T14:00:00Z")])
            #expect(past.code == "request.bad_field")
        }
    }

    @Test func whatIsNotThereOrMustNotBeSkippedIsNotDisabled() async throws {
        let strict = Oracle.stage("live").replacing("spec:", with: "spec:\n  skippable: false")
        try await withProject(manifests: strict) { server, database in
            try await #expect(server.admin.disable("live").code == "stage.not_skippable")
            try await #expect(server.admin.disable("papper").code == "stage.not_found")
            let operators = try await server.admin.makeToken("olga", roles: ["operator"]).client
            try await #expect(operators.disable("paper").status == 403)
            try await #expect(database.events("stage.disabled") == 0)
        }
    }
}
