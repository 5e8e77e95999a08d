import Glibc
import JSON
import PostgresTesting
import Testing

/// Leave is used once, whoever wants it at the same time, and whatever dies meanwhile.
@Suite struct OneUseTests {
    private static let isWhole = getenv("GATEHOUSE_SOAK") != nil

    @Test func ofManyWhoWantItAtOnceOneHasIt() async throws {
        let (clients, rounds) = Self.isWhole ? (64, 200) : (64, 3)
        try await withEmergency { _, people, database in
            for round in 1...rounds {
                let freight = try await people.anna.verifiedFreight(tag: "v\(round)")
                try await #expect(people.anna.breakGlass(freight).status == 201)
                let robot = people.robot
                let answers = try await withThrowingTaskGroup(of: (String, Answer).self) { group in
                    for number in 0..<clients {
                        group.addTask {
                            let name = "ci-\(round)-\(number)"
                            return (name, try await robot.ask("enforce", name, freight))
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let winners = answers.filter { $0.1.status == 200 }.map(\.0)
                #expect(winners.count == 1, "round \(round): \(winners)")
                for (name, answer) in answers where !winners.contains(name) {
                    #expect(answer.status == 423 && answer.code == "market.core_session", "\(name): \(answer.text)")
                }
                try await #expect(database.events("override.consumed") == round)
                let ended = try await robot.post(
                    "\(Oracle.path)/promotions/\(winners.first ?? "")/result",
                    .object([.init("outcome", .string("failed"))]))
                #expect(ended.status == 200, "\(ended.text)")
            }
        }
    }

    @Test(arguments: isWhole ? Array(0..<40) : [0, 7, 15]) func whoeverAsksAgainAfterAKillHasTheSameAnswer(
        _ delay: Int
    ) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let arguments = ["--database", database.serverURL, "--clock", Emergency.friday, "--rate-limit", "0"]
                let data = try TestFolder.makeUntilExit()
                let environment = ["GATEHOUSE_ADMIN_TOKEN": freshSecret()]
                let server = try await Gatehouse.start(data: data, arguments, environment: environment)
                try await server.admin.apply(Emergency.manifests())
                let people = try await EmergencyPeople(server)
                let freight = try await people.anna.verifiedFreight(tag: "v1")
                try await #expect(people.anna.breakGlass(freight).status == 201)
                let robot = people.robot
                async let first = try? robot.ask("enforce", "ci-1", freight, key: "the same key")
                // From before it is heard to after it is answered.
                try await Task.sleep(for: .milliseconds(delay))
                try await server.kill()
                let answered = await first
                let again = try await Gatehouse.start(data: data, arguments, environment: environment)
                let client = Client(url: again.url, token: robot.token)
                for key in ["the same key", "the same key", "another key"] {
                    let answer = try await client.ask("enforce", "ci-1", freight, key: key)
                    #expect(answer.status == 200 && answer.json?["override"] != nil, "\(answer.text)")
                }
                if let answered { #expect(answered.status == 200, "\(answered.text)") }
                try await #expect(database.events("override.consumed") == 1)
                try await #expect(database.number("select count(*) from promotions where kind = 'external'") == 1)
                try await again.stop()
            }
        }
    }
}
