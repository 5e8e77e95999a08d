import Glibc
import JSON
import PostgresTesting
import Testing

@Suite struct PromoteCommandTests {
    private static let friday = "2026-11-20T15:00:00Z"

    private nonisolated(nonsending) func run(_ server: Gatehouse, _ words: [String]) async throws -> Program.Outcome {
        try await Program.run(words, environment: variables(server))
    }

    private func variables(_ server: Gatehouse) -> [String: String] {
        ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
    }

    /// A pipeline whose paper has run this Freight, and whose live is closed while the market is open.
    private nonisolated(nonsending) func withFreightInPaper(
        _ body: nonisolated(nonsending) (Gatehouse, String) async throws -> Void
    ) async throws {
        try await withServer(["--clock", Self.friday]) { server, _ in
            try await server.admin.apply(Pipeline.manifests(paper: "[]", live: "[\(Oracle.marketHours)]"))
            let freight = try await server.admin.freightID(tag: "v1")
            _ = try await server.admin.eventually(freight, in: "paper", "Succeeded")
            try await body(server, freight)
        }
    }

    @Test func whatIsAskedForWaitsIsListedAndGivenUp() async throws {
        try await withFreightInPaper { server, freight in
            let asked = try await run(
                server, ["promote", "oracle", "live", freight, "--reason", "the fix", "--ticket", "CHG-1"])
            #expect(asked.code == 0, "\(asked.errors)")
            #expect(asked.output.split(separator: "\n").count == 1)
            let promotion = try await server.admin.eventually(freight, in: "live", "Waiting")
            #expect(promotion["justification"]?.string == "the fix")
            #expect(promotion["ticket"]?.string == "CHG-1")
            let id = try #require(promotion["id"]?.string)
            #expect(asked.output.hasPrefix(id + "  "))
            let why = "live is closed: XNYS core session until 16:00 EST, and 20m after it"
            let waiting = try await run(server, ["waiting", "oracle"])
            let times = "next open 2026-11-20T21:20:00Z  no longer than 2026-11-21T15:00"
            #expect(
                waiting.output.hasPrefix("\(id)  Waiting  market.core_session  \(why)  \(times)"), "\(waiting.output)")
            #expect(waiting.output.split(separator: "\n").count == 1)
            let again = try await run(server, ["promote", "oracle", "live", freight])
            #expect(again.code == 1)
            #expect(
                again.errors.contains(id) && again.errors.contains("'gatehouse waiting oracle'"), "\(again.errors)")
            let aborted = try await run(server, ["abort", "oracle", id, "--reason", "not today"])
            #expect(aborted.output == "\(id)  Aborted  promotion.aborted  not today\n", "\(aborted.errors)")
            try await #expect(run(server, ["waiting", "oracle"]).output.isEmpty)
            let ended = try await run(server, ["promotions", "oracle", "--stage", "live"])
            #expect(ended.output == aborted.output, "\(ended.errors)")
            try await #expect(run(server, ["promotions", "oracle", "--phase", "Failed"]).output.isEmpty)
            let retried = try await run(server, ["retry", "oracle", id])
            #expect(retried.code == 0 && retried.output.contains("  Pending  "), "\(retried.errors)")
            let next = try await server.admin.eventually(freight, in: "live", "Waiting")
            #expect(next["retryOf"]?.string == id && next["justification"]?.string == "the fix")
            try await #expect(run(server, ["retry", "oracle", id]).errors.contains("[promotion.exists]"))
            let late = try await run(server, ["abort", "oracle", id, "--reason", "again"])
            #expect(late.code == 1)
            #expect(late.errors.contains("[promotion.ended]"))
        }
    }

    @Test func aStageIsDisabledWithAllThatIsUnderWay() async throws {
        try await withFreightInPaper { server, freight in
            _ = try await run(server, ["promote", "oracle", "live", freight])
            _ = try await server.admin.eventually(freight, in: "live", "Waiting")
            let words = ["disable", "oracle", "live", "--reason", "the broker is down"]
            let disabled = try await run(server, words + ["--abort-in-flight"])
            #expect(disabled.output == "live  disabled  bootstrap  the broker is down\n", "\(disabled.errors)")
            let promotion = try await server.admin.eventually(freight, in: "live", "Aborted")
            #expect(promotion["code"]?.string == "promotion.aborted_by_disabling")
        }
    }

    @Test func whatIsAtWorkIsToldToWhoeverStopsIt() async throws {
        try await withFreightInPaper { server, freight in
            let asked = try await server.admin.promote(freight, to: "paper", ["kind": .string("external")])
            let id = try #require(asked.json?["id"]?.string)
            for words in [["freeze", "start", "--project", "oracle"], ["disable", "oracle", "paper"]] {
                let told = try await run(server, words + ["--reason", "the broker is down"])
                #expect(told.output.hasSuffix("\nat work  \(id)\n"), "\(told.output)\(told.errors)")
            }
            let nothing = try await run(server, ["result", "oracle", id])
            #expect(nothing.code == 2 && nothing.errors.contains("--outcome is missing"), "\(nothing.errors)")
            let frozen = try await run(
                server, ["freeze", "start", "--abort-in-flight", "--reason", "the exchange halts"])
            #expect(frozen.code == 0, "\(frozen.errors)")
            let promotion = try await server.admin.eventually(freight, in: "paper", "Aborted")
            #expect(promotion["code"]?.string == "promotion.aborted")
        }
    }

    @Test func aDeployerOutsideTellsItsResult() async throws {
        try await withFreightInPaper { server, freight in
            let asked = try await server.admin.promote(freight, to: "paper", ["kind": .string("external")])
            let id = try #require(asked.json?["id"]?.string)
            let told = try await run(
                server, ["result", "oracle", id, "--outcome", "failed", "--reason", "the pods do not start"])
            #expect(told.output.contains("\(id)  Failed") && told.code == 0, "\(told.output)\(told.errors)")
            let again = try await run(server, ["result", "oracle", id, "--outcome", "succeeded"])
            #expect(again.code == 1 && again.errors.contains("has ended"), "\(again.errors)")
        }
    }

    @Test func namesThatAreNotThereAreToldFromListsThatAreEmpty() async throws {
        try await withFreightInPaper { server, _ in
            for words in [
                ["freight", "list", "oracle", "--stage", "papper"], ["promotions", "oracle", "--stage", "papper"],
                ["break-glass", "list", "oracle", "--stage", "papper"],
            ] {
                let found = try await run(server, words)
                #expect(found.code == 1 && found.errors.contains("has no Stage 'papper'"), "\(found.errors)")
                #expect(found.errors.contains("did you mean 'paper'? there are: beta, live, paper"), "\(found.errors)")
            }
            let other = try await run(server, ["freight", "list", "oracle", "--warehouse", "markets"])
            #expect(
                other.code == 1 && other.errors.contains("did you mean 'market'? there are: market"), "\(other.errors)")
            try await #expect(run(server, ["freight", "list", "oracle", "--stage", "live"]).code == 0)
            try await #expect(run(server, ["freight", "list", "oracle", "--tag", "none"]).output.isEmpty)
        }
    }

    @Test func whatGatesRefuseEndsWithThreeAndTheirReason() async throws {
        try await withFreightInPaper { server, freight in
            let words = ["promote", "oracle", "live", freight, "--if-closed", "refuse"]
            let closed = try await run(server, words)
            #expect(closed.code == 3)
            #expect(closed.output.hasPrefix("live is closed: "))
            #expect(closed.output.contains("next open  2026-11-20T16:20:00-05:00\n"))
            let json = try await run(server, words + ["--json"])
            try #expect(JSONValue(parsing: Array(json.output.utf8))["code"]?.string == "market.core_session")
            let other = try await server.admin.makeFreight(tag: "v9", ["warehouse": .string("other")])
            let stranger = try #require(other.json?["id"]?.string)
            let never = try await run(server, ["promote", "oracle", "live", stranger, "--wait"])
            #expect(never.code == 3, "\(never.errors)")
            try await #expect(server.admin.promotions(of: freight, into: "live").isEmpty)
            let rollback = try await run(server, ["promote", "oracle", "paper", freight, "--rollback"])
            #expect(rollback.code == 1)
            #expect(rollback.errors.contains("[rollback.not_older]"), "\(rollback.errors)")
            let nowhere = try await run(server, ["promote", "oracle", "lvie", freight])
            #expect(nowhere.code == 1)
            #expect(nowhere.errors.contains("[stage.not_found]"))
        }
    }

    @Test func whoeverWaitsIsToldEachChangeUntilItIsThere() async throws {
        try await withFreightInPaper { server, freight in
            let process = try ChildProcess(
                Program.path, ["promote", "oracle", "live", freight, "--wait"], environment: variables(server))
            defer { process.send(SIGKILL) }
            try await eventually("it waits for the market") { process.output.contains("  market.core_session  ") }
            _ = try await server.admin.freeze(["project": "oracle"])
            try await eventually("it waits for the freeze") { process.output.contains("  freeze.active  ") }
            let list = try await server.admin.get("/v1/freezes?active=true").json?["freezes"]?.array
            _ = try await server.admin.endFreeze(try #require(list?.first?["id"]?.string))
            try await server.admin.apply(Pipeline.manifests(paper: "[]"))
            try await eventually("it ends", within: .seconds(60)) { process.end != nil }
            #expect(process.end == .exit(0))
            let lines = process.output.split(separator: "\n")
            #expect(lines.last?.contains("  Succeeded  promotion.succeeded") == true)
            #expect(zip(lines, lines.dropFirst()).allSatisfy { $0 != $1 }, "\(process.output)")
        }
    }

    @Test func itEndsWithWhatBecameOfIt() async throws {
        try await withFreightInPaper { server, freight in
            let words = ["promote", "oracle", "live", freight, "--wait"]
            let late = try await run(server, words + ["--timeout", "2s"])
            #expect(late.code == 3, "\(late.errors)")
            let id = try #require(late.output.split(separator: " ").first.map(String.init))
            #expect(late.errors.contains("gatehouse abort oracle \(id) --reason TEXT"))
            // It was only no longer waited for.
            try await #expect(run(server, ["waiting", "oracle"]).output.hasPrefix(id))
            _ = try await run(server, ["abort", "oracle", id, "--reason", "not today"])

            for (word, code) in [("abort", Int32(1)), ("freight reject", 3)] {
                let process = try ChildProcess(Program.path, words, environment: variables(server))
                defer { process.send(SIGKILL) }
                try await eventually("it waits") { process.output.contains("  market.core_session  ") }
                let promotion = try #require(process.output.split(separator: " ").first.map(String.init))
                let subject = word == "abort" ? promotion : freight
                let said = try await run(
                    server, word.split(separator: " ").map(String.init) + ["oracle", subject, "--reason", "a loop"])
                #expect(said.code == 0, "\(said.errors)")
                try await eventually("it ends", within: .seconds(60)) { process.end != nil }
                #expect(process.end == .exit(code), "\(word): \(process.output)")
            }
        }
    }

    @Test func aServerThatCannotBeAskedIsUnknown() async throws {
        let outcome = try await Program.run(
            ["promote", "oracle", "live", "calm-heron", "--wait"],
            environment: ["GATEHOUSE_SERVER": "http://127.0.0.1:1", "GATEHOUSE_TOKEN": "x"])
        #expect(outcome.code == 4)
        #expect(outcome.errors == "it may have been asked for: 'gatehouse waiting oracle' tells\n")
    }

    @Test(arguments: [
        (["promote", "oracle", "live"], "PROJECT STAGE FREIGHT"),
        (["promote", "oracle", "live", "x", "--timeout", "5s"], "--timeout belongs to --wait"),
        (["promote", "oracle", "live", "x", "--if-closed", "shout"], "--if-closed is one of: wait, refuse"),
        (["abort", "oracle", "x"], "--reason is missing"), (["waiting", "oracle", "x"], "PROJECT or nothing"),
        (["retry", "oracle"], "PROJECT PROMOTION"),
        (["freight", "approve", "oracle", "x", "--stage", "live"], "--note is missing"),
        (["freight", "reject", "oracle", "x"], "--reason is missing"), (["freight"], "gatehouse freight list"),
    ])
    func whatIsNotUnderstoodEndsWithTwo(words: [String], advice: String) async throws {
        let outcome = try await Program.run(words, environment: ["GATEHOUSE_TOKEN": "x"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
    }

    @Test func freightIsListedShownRejectedAndReinstated() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Pipeline.onRequest())
            let made = try await server.admin.makeFreight(tag: "v1", ["alias": .string("calm-heron")])
            let id = try #require(made.json?["id"]?.string)
            _ = try await server.admin.freightID(tag: "v2")
            let list = try await run(server, ["freight", "list", "oracle"]).output.split(separator: "\n")
            try #require(list.count == 2)
            #expect(list[0].contains("  market  v2  "))
            #expect(list[1].hasPrefix("\(id)  calm-heron  market  v1  20"))
            let some = try await run(server, ["freight", "list", "oracle", "--tag", "v1"])
            #expect(some.output == list[1] + "\n")
            for search in [["--search", "calm"], ["--search", "v1"], ["--commit", "0"]] {
                let found = try await run(server, ["freight", "list", "oracle"] + search)
                #expect(found.output == (search[0] == "--commit" ? "" : some.output), "\(search): \(found.errors)")
            }
            let digest = "sha256:" + String(repeating: "a", count: 64)
            let shown = try await run(server, ["freight", "show", "oracle", "calm-heron"])
            #expect(shown.output == list[1] + "\nimage  ghcr.io/acme/trader  v1  \(digest)\n")
            let approve = ["freight", "approve", "oracle", "calm-heron", "--stage", "live", "--note", "looked at"]
            let approved = try await run(server, approve)
            #expect(
                approved.output.contains(/^approved for  live  bootstrap  20[^ ]+  [a-z2-7]{16}  looked at\n$/),
                "\(approved.errors)")
            #expect(approved.errors.contains("no gate of 'live' asks for approval"), "\(approved.errors)")
            let known = try await run(server, ["freight", "show", "oracle", "calm-heron"])
            #expect(known.output == shown.output + approved.output)
            let approval = approved.output.split(separator: " ")[5]
            let revoke = ["freight", "revoke", "oracle", "calm-heron", String(approval), "--reason", "an odd week"]
            let revoked = try await run(server, revoke)
            #expect(revoked.output == approved.output.replacing("approved", with: "revoked"), "\(revoked.errors)")
            try await #expect(run(server, revoke).code == 1)
            try await #expect(run(server, ["freight", "show", "oracle", "calm-heron"]).output == shown.output)
            let rejected = try await run(
                server, ["freight", "reject", "oracle", "calm-heron", "--reason", "fills orders twice"])
            #expect(rejected.output == list[1] + "  rejected\n", "\(rejected.errors)")
            let why = try await run(server, ["freight", "show", "oracle", id]).output
            #expect(why.contains("\nrejected  bootstrap  20") && why.hasSuffix("  fills orders twice\n"), "\(why)")
            let back = try await run(
                server, ["freight", "reinstate", "oracle", "calm-heron", "--reason", "it was the broker"])
            #expect(back.output == list[1] + "\n", "\(back.errors)")
            let renamed = try await run(server, ["freight", "rename", "oracle", "calm-heron", "fast-heron"])
            #expect(renamed.output == list[1].replacing("calm", with: "fast") + "\n", "\(renamed.errors)")
            let none = try await run(server, ["freight", "show", "oracle", "loud-owl"])
            #expect(none.code == 1)
            #expect(none.errors.contains("('gatehouse freight list PROJECT --tag TAG'"), "\(none.errors)")
        }
    }
}
