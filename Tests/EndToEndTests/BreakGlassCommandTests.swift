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
            #expect(used.output.contains("  waits for a review until 2026-11-23T"), "\(used.output)")
            try await #expect(run(people.anna, "break-glass", "list", "oracle", "--review-overdue").output.isEmpty)
            let reviewed = try await run(
                people.carl, "break-glass", "review", "oracle", id, "--outcome", "justified", "--note", "it helped")
            #expect(reviewed.code == 0, "\(reviewed.errors)")
            let lines = try await run(people.carl, "break-glass", "show", "oracle", id).output.split(separator: "\n")
            let heads = [
                "\(id)  consumed", "freight  \(freight)", "ticket  INC-4711", "requested  anna", "agreed  ben",
            ]
            for (line, head) in zip(lines, heads) { #expect(line.hasPrefix(head)) }
            #expect(lines.first?.hasSuffix("  reviewed: justified  orders are sent twice") == true, "\(lines)")
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
            let blank = try await ask("--reason", " ")
            #expect(blank.code == 2 && blank.errors.contains("--reason is empty"), "\(blank.errors)")
            let empty = try await run(people.anna, "promote", "oracle", "paper", freight, "--break-glass", "")
            #expect(empty.code == 2 && empty.errors.contains("--break-glass is empty"), "\(empty.errors)")
            let never = try await ask("--reason", "now", "--bypass", "verification")
            #expect(never.code == 1 && never.errors.contains("[override.not_allowed]"), "\(never.errors)")
            let denied = try await id(ask("--reason", "now"))
            let second = try await ask("--reason", "now")
            #expect(
                second.code == 1 && second.errors.contains("'gatehouse break-glass approve oracle \(denied)'"),
                "\(second.errors)")
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
                "--ticket", "INC-4711", "--wait")
            #expect(asked.code == 0, "\(asked.errors)")
            #expect(asked.output.contains("  approved  can be used until 2026-11-20T"), "\(asked.output)")
            #expect(asked.output.contains("  consumed  waits for a review until 2026-11-23T"), "\(asked.output)")
            let promotion = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            let list = try await people.anna.get(Emergency.path).json?["overrides"]?.array
            let used = try #require(list?.first)
            #expect(used["consumedBy"]?.string == promotion["id"]?.string)
            #expect(used["justification"]?.string == "orders are sent twice" && used["ticket"]?.string == "INC-4711")
        }
    }

    @Test func whoWaitsForAnothersYesIsToldThatAndThatItWasDenied() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            async let waiting = run(
                people.anna, "promote", "oracle", "paper", freight, "--break-glass", "orders are sent twice", "--wait",
                "--timeout", "60s")
            var asked: JSONValue?
            try await eventually("break-glass is asked for") {
                asked = try await people.anna.get(Emergency.path).json?["overrides"]?.array?.first
                return asked != nil
            }
            let id = try #require(asked?["id"]?.string)
            let promotion = try #require(asked?["promotion"]?.string)
            let again = try await run(people.anna, "promote", "oracle", "paper", freight)
            #expect(again.code == 1 && again.errors.contains("'gatehouse abort oracle \(promotion) --reason TEXT'"))
            #expect(again.errors.contains("'gatehouse break-glass request oracle STAGE FREIGHT --reason TEXT'"))
            let listed = try await run(people.ben, "break-glass", "list", "oracle")
            #expect(listed.output.contains("  only for \(promotion)  orders are sent twice"), "\(listed.output)")
            try await #expect(people.ben.say("deny", to: id, ["reason": "it can wait"]).status == 200)
            try await #expect(
                run(people.anna, "abort", "oracle", promotion, "--reason", "denied").code == 0)
            let told = try await waiting
            let lines = told.output.split(separator: "\n").map(String.init)
            let news = lines.filter { $0.hasPrefix("break-glass  \(id)  ") }.map { $0.dropFirst(31) }
            #expect(
                news.first?.hasPrefix("requested  0 of 1 agreed, and waits for another person's yes until ") == true)
            #expect(news.first?.hasSuffix(": gatehouse break-glass approve oracle \(id)") == true, "\(told.output)")
            #expect(
                news.dropFirst() == ["denied  by ben: it can wait; the promotion waits on for its gates"], "\(lines)")
            #expect(told.code == 1)
        }
    }

    @Test func aUseThatNobodyLookedAtInTimeIsListedAsThat() async throws {
        // A minute a second.
        let manifests = Emergency.manifests("    reviewWithin: 1m\n")
        try await withEmergency(clock: Emergency.friday + "@60", manifests) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            try await #expect(people.anna.breakGlass(freight).status == 201)
            try await #expect(people.anna.promote(freight, to: "paper").status == 202)
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            try await eventually("its review is overdue") {
                try await run(people.anna, "break-glass", "list", "oracle", "--review-overdue").output
                    .contains("  review overdue since 2026-11-20T")
            }
        }
    }

    @Test func namesThatThereAreNotLeadToThoseThatMayBeMeant() async throws {
        try await withEmergency(Emergency.manifests(approvals: 1)) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            let asked = try await run(
                people.anna, "break-glass", "request", "oracle", "paper", freight, "--reason", "now", "--promotion",
                "kargo-77")
            #expect(asked.code == 0 && asked.errors.contains("no promotion 'kargo-77' of this Freight waits"))
            #expect(asked.output.contains("  only for kargo-77  now"), "\(asked.output)")
            let stage = try await run(
                people.anna, "break-glass", "request", "oracle", "papr", freight, "--reason", "now")
            #expect(stage.code == 1 && stage.errors.contains("did you mean 'paper'?"), "\(stage.errors)")
            let entered = try await run(people.anna, "promote", "oracle", "papr", freight)
            #expect(entered.code == 1 && entered.errors.contains("did you mean 'paper'?"), "\(entered.errors)")
            let said = try await run(
                people.ben, "freight", "approve", "oracle", freight, "--stage", "papr", "--note", "seen")
            #expect(said.code == 1 && said.errors.contains("did you mean 'paper'?"), "\(said.errors)")
            for words in [["break-glass", "approve", "oracel", id(asked)], ["break-glass", "list", "oracel"]] {
                let outcome = try await Program.run(
                    words, environment: ["GATEHOUSE_SERVER": people.ben.url, "GATEHOUSE_TOKEN": people.ben.token ?? ""])
                #expect(outcome.code == 1 && outcome.errors.contains("did you mean 'oracle'?"), "\(outcome.errors)")
                #expect(outcome.errors.contains("[project.not_found]"))
            }
        }
    }
}
