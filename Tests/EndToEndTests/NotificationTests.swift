import JSON
import PostgresTesting
import Testing

/// People are told what happens: all of it that they asked for, and nothing else.
@Suite struct NotificationTests {
    private static let secret = "a secret of the receiver's"
    private static let newer = "the next secret of the receiver's"

    private static func entry(_ name: String, _ receiver: Receiver, _ more: String = "") -> String {
        #"{"name": "\#(name)", "url": "\#(receiver.url)", "secret": "\#(secret)"\#(more)}"#
    }

    /// The arguments of a server that goes by a file of receivers.
    private static func arguments(_ folder: String, _ entries: String...) throws -> [String] {
        try write(#"{"receivers": [\#(entries.joined(separator: ", "))]}"#, to: folder + "/receivers.json")
        return ["--notify", folder + "/receivers.json", "--rate-limit", "0"]
    }

    private nonisolated(nonsending) func freeze(_ client: Client) async throws {
        let body: [JSONValue.Member] = [
            .init("reason", .string("orders are filled twice")), .init("scope", .object([])),
        ]
        let answer = try await client.post("/v1/freezes", .object(body))
        #expect(answer.status == 201, "\(answer.text)")
    }

    @Test func eachReceiverIsToldOfItsCodesAndProjectsInWordsAndSigned() async throws {
        let (all, emergencies, others) = (try Receiver(), try Receiver(), try Receiver())
        try await withFolder { folder in
            try write("\(Self.secret)\n\(Self.newer)\n", to: folder + "/secrets")
            let arguments = try Self.arguments(
                folder, #"{"name": "all", "url": "\#(all.url)", "secretFile": "\#(folder)/secrets"}"#,
                Self.entry("emergencies", emergencies, #", "codes": ["override.*"], "projects": ["oracle"]"#),
                Self.entry("others", others, #", "projects": ["elsewhere"]"#))
            try await withServer(arguments + ["--clock", Emergency.friday, "--public-url", "https://gate.example/g/"]) {
                server, database in
                try await server.admin.apply(Emergency.manifests(approvals: 1))
                let people = try await EmergencyPeople(server)
                let freight = try await people.anna.verifiedFreight(tag: "v1")
                let alias = try await people.anna.get("\(Oracle.path)/freight/\(freight)").json?["alias"]?.string ?? ""
                _ = try await people.anna.promote(freight, to: "paper")
                _ = try await people.anna.eventually(freight, in: "paper", "Waiting", code: "market.core_session")
                let id = try await people.anna.breakGlass(freight).json?["id"]?.string ?? ""
                try await #expect(people.ben.say("approve", to: id).status == 200)
                _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
                try await freeze(server.admin)
                try await all.isTold(5)
                try await emergencies.isTold(3)
                try await others.isTold(1)
                let codes = ["override.approved", "override.consumed", "override.requested"]
                #expect(all.codes.sorted() == (["freeze.started", "promotion.held"] + codes).sorted())
                #expect(emergencies.codes.sorted() == codes)
                #expect(others.codes == ["freeze.started"])
                #expect(all.told.allSatisfy { $0.isSigned(with: Self.secret) && $0.isSigned(with: Self.newer) })
                #expect(others.told.allSatisfy { $0.isSigned(with: Self.secret) && !$0.isSigned(with: Self.newer) })
                let asked = try #require(emergencies.told.first { $0.code == "override.requested" })
                #expect(
                    asked.text == "Drill: anna asks to break glass into paper of oracle for \(alias): "
                        + "orders are filled twice (approve by 2026-11-20 16:00 UTC (11:00 EST))")
                #expect(asked.json?["link"]?.string == "https://gate.example/g\(Emergency.path)/\(id)")
                #expect(asked.json?["id"]?.string == asked.delivery)
                let number = try await database.number("select id from audit_events where code = 'override.requested'")
                #expect(asked.delivery == "emergencies/\(number)")
                #expect(Set(all.told.map(\.delivery)).count == 5)
                try await secretsStay(server)
            }
        }
    }

    private nonisolated(nonsending) func secretsStay(_ server: Gatehouse) async throws {
        let metrics = try await server.admin.get("/metrics").text
        #expect(metrics.contains("gatehouse_notifications_pending{receiver=\"all\"}"))
        for secret in [Self.secret, Self.newer, "/told"] {
            #expect(!server.logged(secret) && !metrics.contains(secret))
        }
    }

    @Test func whoIsAwayIsToldLaterAndHoldsUpNobody() async throws {
        let (away, here) = (try Receiver(isAway: true), try Receiver())
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("away", away), Self.entry("here", here))
            try await withServer(arguments) { server, _ in
                try await freeze(server.admin)
                try await here.isTold(1)
                try await eventually("it was tried") { away.misses >= 1 }
                try await eventually("it is counted", within: .seconds(60)) {
                    let page = try await server.admin.get("/metrics").text
                    return page.contains("gatehouse_notifications_pending{receiver=\"away\"} 1\n")
                        && page.contains(/gatehouse_notifications_failed_total\{receiver="away"\} [1-9]/)
                }
                away.isAway(false)
                try await away.isTold(1)
                #expect(away.codes == ["freeze.started"] && here.codes == ["freeze.started"])
                #expect(
                    away.told.first?.text.hasSuffix("stopped the line for everything: orders are filled twice") == true)
            }
        }
    }

    @Test func nothingIsLostWithAServerThatIsKilled() async throws {
        let receiver = try Receiver(isAway: true)
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("one", receiver))
            try await withTurn {
                try await withServiceDatabase { database in
                    try await withServer(on: database, arguments) { server in
                        try await freeze(server.admin)
                        try await eventually("it was tried") { receiver.misses >= 1 }
                        // Of the second one nobody has had time to think.
                        try await freeze(server.admin)
                        try await server.kill()
                    }
                    receiver.isAway(false)
                    try await withServer(on: database, arguments) { _ in
                        // Longer than whoever took the first one may have it.
                        try await eventually("both arrive", within: .seconds(150)) {
                            Set(receiver.told.map(\.delivery)).count == 2
                        }
                    }
                    try await #expect(database.number("select count(*) from notification_deliveries") == 0)
                }
            }
        }
    }

    @Test func twoServersTellOnce() async throws {
        let receiver = try Receiver()
        let count = 40
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("one", receiver))
            try await withTurn {
                try await withServiceDatabase { database in
                    let secret = freshSecret()
                    try await withServer(on: database, arguments, adminToken: secret) { first in
                        try await withServer(on: database, arguments, adminToken: secret) { second in
                            for number in 0..<count {
                                try await freeze((number.isMultiple(of: 2) ? first : second).admin)
                            }
                            try await receiver.isTold(count)
                            try await eventually("nothing is left to tell") {
                                try await database.number("select count(*) from notification_deliveries") == 0
                            }
                        }
                    }
                    let events = try await database.texts(
                        "select 'one/' || id from audit_events where code = 'freeze.started'")
                    #expect(receiver.told.map(\.delivery).sorted() == events.sorted())
                    #expect(events.count == count)
                }
            }
        }
    }

    @Test func whoIsAwayForADayIsNotToldAndThatIsSaid() async throws {
        let receiver = try Receiver(isAway: true)
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("one", receiver))
            try await withServer(arguments) { server, database in
                try await freeze(server.admin)
                try await eventually("it was tried") { receiver.misses >= 1 }
                try await eventually("it is given up", within: .seconds(60)) {
                    try await database.run(
                        """
                        update notification_deliveries
                        set first_at = clock_timestamp() - interval '24 hours', next_at = clock_timestamp()
                        """)
                    return try await database.events("notification.given_up") == 1
                }
                try await #expect(database.number("select count(*) from notification_deliveries") == 0)
                let told = try await database.texts(
                    """
                    select convert_from(event, 'UTF8') from audit_events where code = 'notification.given_up'
                    """)
                #expect(told.first?.contains(#""receiver":"one""#) == true, "\(told)")
                #expect(told.first?.contains(Self.secret) == false)
                #expect(server.logged("could not be told for a day"))
            }
        }
    }

    @Test func whoIsNewIsToldOfWhatHappensFromNowOn() async throws {
        let receiver = try Receiver()
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("one", receiver))
            try await withTurn {
                try await withServiceDatabase { database in
                    try await withServer(on: database) { try await freeze($0.admin) }
                    try await withServer(on: database, arguments) { server in
                        try await eventually("it is known") {
                            try await database.number("select count(*) from notification_receivers") == 1
                        }
                        try await freeze(server.admin)
                        try await receiver.isTold(1)
                    }
                    #expect(receiver.told.count == 1)
                }
            }
        }
    }

    @Test func aDatabaseThatWasRestoredElsewhereIsToldOfFromThereOn() async throws {
        let receiver = try Receiver()
        try await withFolder { folder in
            let arguments = try Self.arguments(folder, Self.entry("one", receiver))
            try await withTurn {
                try await withServiceDatabase { database in
                    try await withServer(on: database, arguments) { server in
                        try await freeze(server.admin)
                        try await receiver.isTold(1)
                    }
                    // Where it was, many more transactions had been numbered.
                    try await database.run("update notification_receivers set xact = '9000000000'")
                    try await withServer(on: database, arguments) { server in
                        try await eventually("it begins again") {
                            try await database.number(
                                "select count(*) from notification_receivers where above > 0 and event = 0") == 1
                        }
                        try await freeze(server.admin)
                        try await receiver.isTold(2)
                    }
                    #expect(Set(receiver.told.map(\.delivery)).count == 2 && receiver.told.count == 2)
                }
            }
        }
    }

    @Test func whatTimeBringsIsToldOnce() async throws {
        let receiver = try Receiver()
        try await withFolder { folder in
            let arguments = try Self.arguments(
                folder,
                Self.entry(
                    "one", receiver, #", "codes": ["override.review_due", "token.expires_soon", "freeze.expired"]"#))
            // A minute a second.
            try await withServer(arguments + ["--clock", "2026-11-20T15:00:00Z@60"]) { server, database in
                for (name, life) in [("soon", "20200m"), ("late", "60d")] {
                    _ = try await server.admin.makeToken(name, ["expiresIn": .string(life)])
                }
                try await server.admin.apply(Emergency.manifests("    reviewWithin: 1m\n"))
                let freeze = try await server.admin.freeze(
                    ["project": "oracle", "stage": "live"], ["until": .string("2026-11-20T15:45:00Z")])
                // One that somebody ends is told of as that.
                let other = try await server.admin.freeze(
                    ["project": "oracle", "stage": "live"], ["until": .string("2026-11-20T15:50:00Z")])
                try await #expect(server.admin.endFreeze(other).status == 200)
                let people = try await EmergencyPeople(server)
                let freight = try await people.anna.verifiedFreight(tag: "v1")
                try await #expect(people.anna.breakGlass(freight).status == 201)
                _ = try await people.anna.promote(freight, to: "paper")
                _ = try await people.anna.eventually(freight, in: "paper", "Succeeded")
                try await receiver.isTold(3, within: .seconds(200))
                #expect(receiver.codes.sorted() == ["freeze.expired", "override.review_due", "token.expires_soon"])
                let over = try #require(receiver.told.first { $0.code == "freeze.expired" })
                #expect(
                    over.text.contains("of live of oracle was over at 2026-11-20 15:45 UTC (10:45 EST)"), "\(over.text)"
                )
                #expect(over.json?["link"]?.string?.hasSuffix("/v1/freezes/\(freeze)") == true)
                try await #expect(
                    database.number("select count(*) from reminders where code <> 'calendar.horizon'") == 3)
            }
        }
    }

    @Test func theFileIsCheckedAndEachReceiverTriedWithoutAServer() async throws {
        let (here, away) = (try Receiver(), try Receiver(isAway: true))
        try await withFolder { folder in
            _ = try Self.arguments(
                folder, Self.entry("here", here), Self.entry("away", away, #", "codes": ["override.*"]"#))
            let check = ["check", "--notify", folder + "/receivers.json"]
            let read = try await Program.run(check)
            #expect(read.code == 0 && read.output.contains("here  is told of "), "\(read.errors)")
            #expect(here.told.isEmpty && away.misses == 0)
            let tried = try await Program.run(check + ["--try"])
            #expect(tried.code == 1 && tried.output == "here  was told\n" && tried.errors.hasPrefix("away: "))
            #expect(!(tried.output + tried.errors).contains(Self.secret))
            let told = try #require(here.told.first)
            #expect(here.told.count == 1 && told.isSigned(with: Self.secret) && told.code == "notification.trial")
            away.isAway(false)
            try await #expect(Program.run(check + ["--try"]).code == 0)
            _ = try Self.arguments(folder, Self.entry("here", here, #", "codes": ["overide.*"]"#))
            let wrong = try await Program.run(check + ["--try"])
            #expect(wrong.code == 1 && wrong.errors.contains("nobody is told of 'overide.*'"), "\(wrong.errors)")
            #expect(here.told.count == 2)
            try await #expect(Program.run(["check", "--try"]).code == 2)
        }
    }

    @Test func aFileThatTellsNobodyOrOfNothingIsWarnedOf() async throws {
        let here = try Receiver()
        try await withFolder { folder in
            let check = ["check", "--notify", folder + "/receivers.json"]
            _ = try Self.arguments(folder)
            let nobody = try await Program.run(check)
            #expect(nobody.code == 0 && nobody.errors.contains("warning: there are no receivers"), "\(nobody.errors)")
            _ = try Self.arguments(folder, Self.entry("here", here, #", "projects": ["Stonks Oracle", "elsewhere"]"#))
            let never = try await Program.run(check)
            #expect(
                never.errors == "warning: 'here' is told of 'Stonks Oracle', and no project can have that name\n")
            _ = try Self.arguments(folder, Self.entry("here", here, #", "projects": ["oracel", "shop"]"#))
            try write(Pipeline.onRequest(), to: folder + "/oracle.yaml")
            let near = try await Program.run(check + [folder + "/oracle.yaml"])
            #expect(near.code == 0 && near.errors.contains("warning: 'here' is told of 'oracel', and these manifests"))
            #expect(!near.errors.contains("'shop'"), "\(near.errors)")
        }
    }
}
