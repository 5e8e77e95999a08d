import JSON
import PostgresTesting
import Testing

/// People say yes to one Freight in one Stage, and are other people than whoever wants it in.
@Suite struct SignOffTests {
    private static let two = "[{name: sign-off, approval: {required: 2, validFor: 1h}}]"

    @Test func itTakesAsManyPersonsAsThePolicySaysAndEachCountsOnce() async throws {
        try await withEmergency(Emergency.manifests(paper: Self.two)) { server, people, _ in
            let (freight, other) = (
                try await people.anna.verifiedFreight(tag: "v1"), try await people.anna.verifiedFreight(tag: "v2")
            )
            _ = try await people.anna.promote(freight, to: "paper")
            _ = try await people.anna.eventually(freight, in: "paper", "Waiting", code: "approval.missing")
            // Not for this Freight, not for this Stage, twice by the same person, and by the asker.
            try await #expect(people.ben.approve(other, in: "paper").status == 201)
            let elsewhere = try await people.ben.approve(freight, in: "live")
            #expect(elsewhere.status == 201)
            // Nothing there asks for it: that is said.
            #expect(
                elsewhere.json?.strings("warnings")?.first?.hasPrefix("no gate of 'live' asks for approval") == true)
            try await #expect(people.ben.approve(other, in: "paper").json?["warnings"] == nil)
            for _ in 0..<2 { try await #expect(people.carl.approve(freight, in: "paper").status == 201) }
            let own = try await server.admin.makeToken("own", roles: ["approver"], ["subject": .string("Anna")]).client
            try await #expect(own.approve(freight, in: "paper").status == 201)
            let still = try await people.anna.promote(freight, to: "paper")
            #expect(still.code == "promotion.exists")
            let waiting = try await people.anna.eventually(freight, in: "paper", "Waiting", code: "approval.missing")
            #expect(waiting["reason"]?.string?.contains("1 of 2 approvals") == true, "\(waiting)")
            try await #expect(people.ben.approve(freight, in: "paper").status == 201)
            _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
            // They are used up by what they let in.
            let again = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(again.status == 423 && again.code == "approval.missing", "\(again.text)")
        }
    }

    @Test func aYesIsOverWhenItsTimeIs() async throws {
        try await withEmergency(
            clock: "\(Emergency.friday)@3600",
            Emergency.manifests(paper: "[{name: sign-off, approval: {required: 1, validFor: 1m}}]")
        ) { _, people, _ in
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            try await #expect(people.ben.approve(freight, in: "paper").status == 201)
            try await PostgresTesting.eventually("a minute has gone by") {
                try await people.anna.get("\(Oracle.path)/stages/paper/gate?freight=\(freight)").code
                    == "approval.missing"
            }
            let late = try await people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(late.status == 423 && late.code == "approval.missing")
        }
    }

    @Test(arguments: ["robot", "person"])
    func whoeverMadeTheAskersTokenIsNoOtherPerson(kind: String) async throws {
        try await withEmergency(Emergency.manifests(paper: "[{name: sign-off, approval: {required: 1}}]")) {
            server, people, _ in
            let boss = try await server.admin.makeToken("boss", roles: ["admin", "operator", "approver"]).client
            let made = try await boss.makeToken("made", kind: kind, roles: ["operator"]).client
            let freight = try await people.anna.verifiedFreight(tag: "v1")
            try await #expect(boss.approve(freight, in: "paper").status == 201)
            let refused = try await made.promote(freight, to: "paper", ["ifClosed": .string("refuse")])
            #expect(refused.status == 423 && refused.code == "approval.missing", "\(refused.text)")
            // Another person's wish it can let in.
            try await #expect(people.anna.promote(freight, to: "paper", ["ifClosed": .string("refuse")]).status == 202)
        }
    }

    @Test func twoOfWhomOneMadeTheOthersTokenAreOnePersonWhoeverSaysYesFirst() async throws {
        try await withEmergency(Emergency.manifests(paper: Self.two)) { server, people, _ in
            let boss = try await server.admin.makeToken("boss", roles: ["admin", "approver"]).client
            let made = try await boss.makeToken("made", roles: ["approver"]).client
            let (first, second) = (
                try await people.anna.verifiedFreight(tag: "v1"), try await people.anna.verifiedFreight(tag: "v2")
            )
            _ = try await people.anna.promote(first, to: "paper")
            for (freight, early, late) in [(first, boss, made), (second, made, boss)] {
                let said = try await early.approve(freight, in: "paper")
                #expect(said.status == 201)
                let again = try await late.approve(freight, in: "paper")
                #expect(again.status == 403 && again.code == "approval.own", "\(again.text)")
                #expect(again.text.contains("one person") && again.text.contains("take the other yes back"))
            }
            _ = try await people.anna.eventually(first, in: "paper", "Waiting", code: "approval.missing")
            try await #expect(people.ben.approve(first, in: "paper").status == 201)
            _ = try await people.anna.eventually(first, in: "paper", "Succeeded")
        }
    }
}
