import JSON
import PostgresTesting
import Testing

@Suite struct BreakGlassCommandTests {
    /// Runs a command as somebody.
    private nonisolated(nonsending) func run(
        _ client: Client, _ words: String...
    ) async throws -> Program.Outcome {
        try await Program.run(
            words, environment: ["GATEHOUSE_SERVER": client.url, "GATEHOUSE_TOKEN": client.token ?? ""])
    }

    private func id(_ outcome: Program.Outcome) -> String { String(outcome.output.prefix(16)) }

    @Test func anEmergencyFromItsRequestToItsReview() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let asked = try await run(
                people.anna, "break-glass", "request", "oracle", "paper", freight, "--reason", "orders are sent twice",
                "--bypass", "market-hours", "--bypass", "freeze", "--ticket", "INC-4711", "--valid-for", "30m")
            #expect(asked.code == 0 && asked.errors.isEmpty, "\(asked.errors)")
            let id = id(asked)
            let line = "\(id)  requested  paper  \(freight.prefix(7))  market-hours,freeze  anna  0 of 1 agreed"
            #expect(asked.output.hasPrefix(line + "  until 2026-11-20T16:00"), "\(asked.output)")
            #expect(asked.output.hasSuffix("  orders are sent twice\n"))
            let own = try await run(people.anna, "break-glass", "approve", "oracle", id)
            #expect(own.code == 1 && own.errors.contains("[auth.forbidden]"), "\(own.errors)")
            let agreed = try await run(people.ben, "break-glass", "approve", "oracle", id, "--note", "seen it happen")
            #expect(agreed.output.hasPrefix("\(id)  approved  paper  "), "\(agreed.errors)")
            try await #expect(run(people.anna, "promote", "oracle", "paper", freight).code == 0)
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let used = try await run(people.anna, "break-glass", "list", "oracle", "--state", "consumed")
            #expect(used.output.hasPrefix("\(id)  consumed  paper  "), "\(used.errors)")
            try await #expect(run(people.anna, "break-glass", "list", "oracle", "--review-overdue").output.isEmpty)
            let reviewed = try await run(
                people.carl, "break-glass", "review", "oracle", id, "--outcome", "justified", "--note", "it helped")
            #expect(reviewed.code == 0, "\(reviewed.errors)")
            let lines = try await run(people.carl, "break-glass", "show", "oracle", id).output.split(separator: "\n")
            let heads = [
                "\(id)  consumed", "freight  \(freight)", "ticket  INC-4711", "requested  anna", "agreed  ben",
            ]
            for (line, head) in zip(lines, heads) { #expect(line.hasPrefix(head)) }
            #expect(lines.dropFirst(5).map { $0.prefix { $0 != " " } } == ["used", "reviewed"], "\(lines)")
            #expect(lines.last?.hasSuffix("  justified  it helped") == true)
        }
    }

    @Test func whatIsRefusedOrComesTooLateSaysWhy() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let request = ["break-glass", "request", "oracle", "paper", freight]
            func ask(_ more: String...) async throws -> Program.Outcome {
                try await Program.run(
                    request + more,
                    environment: ["GATEHOUSE_SERVER": people.anna.url, "GATEHOUSE_TOKEN": people.anna.token ?? ""])
            }
            let silent = try await ask()
            #expect(silent.code == 2 && silent.errors.contains("--reason is missing"))
            let never = try await ask("--reason", "now", "--bypass", "verification")
            #expect(never.code == 1 && never.errors.contains("[override.not_allowed]"), "\(never.errors)")
            let denied = try await id(ask("--reason", "now"))
            let second = try await ask("--reason", "now")
            #expect(second.code == 1 && second.errors.contains("'gatehouse break-glass list PROJECT'"))
            let no = try await run(people.ben, "break-glass", "deny", "oracle", denied, "--reason", "it can wait")
            #expect(no.output.hasPrefix("\(denied)  denied  "), "\(no.errors)")
            let late = try await run(people.ben, "break-glass", "revoke", "oracle", denied, "--reason", "again")
            #expect(late.code == 1 && late.errors.contains("[override.ended]"))
            let shown = try await run(people.ben, "break-glass", "show", "oracle", denied)
            #expect(shown.output.contains("\nended  ben  ") && shown.output.hasSuffix("  it can wait\n"))
            let nothing = try await run(people.ben, "break-glass", "show", "oracle", "aaaaaaaaaaaaaaaa")
            #expect(nothing.code == 1 && nothing.errors.contains("'gatehouse break-glass list PROJECT' lists it"))
        }
    }

    @Test func whatStaysClosedInSpiteOfItIsSaidAtOnce() async throws {
        try await withEmergency { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            _ = try await people.anna.freeze(["project": "oracle"])
            let asked = try await run(
                people.anna, "break-glass", "request", "oracle", "paper", freight, "--reason", "now", "--bypass",
                "market-hours")
            #expect(asked.code == 0 && asked.output.contains("  approved  "), "\(asked.errors)")
            #expect(asked.errors.contains("it does not let it in alone: "), "\(asked.errors)")
        }
    }

    @Test func aPromotionBringsItAlong() async throws {
        try await withEmergency { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let asked = try await run(
                people.anna, "promote", "oracle", "paper", freight, "--break-glass", "orders are sent twice",
                "--ticket",
                "INC-4711")
            #expect(asked.code == 0, "\(asked.errors)")
            let promotion = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let list = try await people.anna.get(Emergency.path).json?["overrides"]?.array
            let used = try #require(list?.first)
            #expect(used["consumedBy"]?.string == promotion["id"]?.string)
            #expect(used["justification"]?.string == "orders are sent twice" && used["ticket"]?.string == "INC-4711")
        }
    }
}
