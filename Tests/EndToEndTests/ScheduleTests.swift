import JSON
import Testing

/// When a Stage can be entered, in the forms in which people read it.
@Suite struct ScheduleTests {
    private static let path = Oracle.path + "/stages/paper/schedule"
    private static let thanksgiving = "?from=2026-11-25T00:00:00Z&to=2026-11-28T12:00:00Z"

    private static func gates() -> String {
        Oracle.projectPolicy()
            + Oracle.stage("paper", gates: "[\(Oracle.marketHours), \(Oracle.noFridayEvening)]")
    }

    @Test func aScheduleTellsOpenAndClosedStretchesInTurn() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let answer = try await server.admin.get(Self.path + Self.thanksgiving)
            let stretches = answer.json?["intervals"]?.array?.map { stretch in
                [stretch["start"], stretch["end"], stretch["code"]].map { $0?.string ?? "" }.joined(separator: " ")
            }
            #expect(
                stretches == [
                    "2026-11-25T00:00:00Z 2026-11-25T14:00:00Z stage.open",
                    "2026-11-25T14:00:00Z 2026-11-25T21:20:00Z market.core_session",
                    // Thanksgiving is Thursday the 26th; on Friday the exchange closes at 13:00.
                    "2026-11-25T21:20:00Z 2026-11-27T14:00:00Z stage.open",
                    "2026-11-27T14:00:00Z 2026-11-27T18:20:00Z market.core_session",
                    "2026-11-27T18:20:00Z 2026-11-27T23:00:00Z stage.open",
                    "2026-11-27T23:00:00Z 2026-11-28T05:00:00Z window.denied",
                    "2026-11-28T05:00:00Z 2026-11-30T14:00:00Z stage.open",
                ])
        }
    }

    @Test(arguments: [
        "?from=2026-11-25T14:10:00Z&to=2026-11-25T14:20:00Z", "?from=2026-11-25T15:00:00Z&to=2026-11-25T16:00:00Z",
        "?from=2026-11-25T13:00:00Z&to=2026-11-25T14:00:00.000001Z",
        "?from=2026-11-25T21:10:00Z&to=2026-11-25T22:00:00Z",
    ])
    func aClosedStretchIsToldWholeWhateverRangeCutsIt(range: String) async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let answer = try await server.admin.get(Self.path + range)
            let closed = try #require(answer.json?["intervals"]?.array?.first { $0["open"]?.bool == false })
            #expect(closed["start"]?.string == "2026-11-25T14:00:00Z")
            #expect(closed["end"]?.string == "2026-11-25T21:20:00Z")
        }
    }

    @Test func aFreezeStandsInTheSchedule() async throws {
        try await withServer(["--clock", "2026-11-25T00:00:00Z"]) { server, _ in
            try await server.admin.apply(Self.gates())
            _ = try await server.admin.freeze(["project": "oracle"], ["until": .string("2026-11-25T15:00:00Z")])
            let answer = try await server.admin.get(Self.path + Self.thanksgiving)
            let first = answer.json?["intervals"]?.array?.first { $0["open"]?.bool == false }
            #expect(first?["code"]?.string == "freeze.active")
            #expect(first?["end"]?.string == "2026-11-25T21:20:00Z", "the session begins before the freeze ends")
        }
    }

    @Test func aCalendarProgramSubscribesWithAKey() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let feed = try await server.admin.makeToken("feed", kind: "robot", ["projects": .texts(["oracle"])])
            let key = try #require(feed.client.token)
            let nobody = server.admin.with(nil)
            let answer = try await nobody.get(Self.path + Self.thanksgiving + "&format=ics&key=\(key)")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "text/calendar; charset=utf-8")
            #expect(answer.text.hasPrefix("BEGIN:VCALENDAR\r\n"))
            #expect(answer.text.contains("DTSTART:20261125T140000Z\r\nDTEND:20261125T212000Z"))
            let again = try await nobody.get(Self.path + Self.thanksgiving + "&format=ics&key=\(key)")
            func names(_ text: String) -> [Substring] { text.split(separator: "\r\n").filter { $0.hasPrefix("UID:") } }
            #expect(names(answer.text) == names(again.text))
        }
    }

    @Test(arguments: [(["viewer", "operator"], ["oracle"]), (["viewer"], [])])
    func aKeyThatCouldDoMoreIsNotTaken(roles: [String], projects: [String]) async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let strong = try await server.admin.makeToken(
                "strong", roles: roles, projects.isEmpty ? [:] : ["projects": .texts(projects)])
            let key = try #require(strong.client.token)
            let answer = try await server.admin.with(nil).get(Self.path + "?key=\(key)")
            #expect(answer.status == 401)
            #expect(answer.json?["code"]?.string == "auth.invalid")
        }
    }

    @Test func aTableIsForSpreadsheets() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let answer = try await server.admin.get(Self.path + Self.thanksgiving + "&format=csv")
            #expect(answer.text.hasPrefix("start_utc,end_utc,state,code,reason\r\n"))
            #expect(answer.text.contains("2026-11-25T14:00:00Z,2026-11-25T21:20:00Z,closed,market.core_session,"))
        }
    }

    @Test(arguments: [
        ("?from=2026-11-25", 400, "request.bad_instant"),
        ("?from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z", 400, "request.bad_field"),
        ("?from=2030-06-01T00:00:00Z&to=2031-06-01T00:00:00Z", 422, "calendar.outside_coverage"),
        ("?format=pdf", 400, "request.bad_field"),
    ])
    func aRangeThatCannotBeToldIsRefused(query: String, status: Int, code: String) async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let answer = try await server.admin.get(Self.path + query)
            #expect(answer.status == status)
            #expect(answer.json?["code"]?.string == code)
        }
    }

    @Test func aStageThatNobodyKnowsHasNone() async throws {
        try await withServer { server, _ in
            let answer = try await server.admin.get(Self.path)
            #expect(answer.status == 404)
            #expect(answer.json?["code"]?.string == "stage.not_found")
        }
    }

    @Test func aTerminalReadsItInEachForm() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Self.gates())
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            func ask(_ more: String...) async throws -> Program.Outcome {
                let range = ["--from", "2026-11-25T00:00:00Z", "--to", "2026-11-25T15:00:00+01:00"]
                return try await Program.run(["schedule", "oracle", "paper"] + range + more, environment: variables)
            }
            let lines = try await ask()
            #expect(lines.output == "2026-11-25T00:00:00Z  2026-11-25T14:00:00Z  stage.open  open\n", "\(lines.errors)")
            let json = try await ask("--json")
            #expect(json.output.hasPrefix("{\"project\":\"oracle\",\"stage\":\"paper\",\"intervals\":[{"))
            try await #expect(ask("--format", "json").output == json.output)
            // As the server sent it, to the last byte.
            let query = "?from=2026-11-25T00:00:00Z&to=2026-11-25T14:00:00Z&format=csv"
            try await #expect(ask("--format", "csv").output == server.admin.get(Self.path + query).text)
            let feed = try await ask("--format=ics")
            #expect(feed.output.hasPrefix("BEGIN:VCALENDAR\r\n") && feed.output.hasSuffix("END:VCALENDAR\r\n"))
            try await #expect(ask("--format", "pdf").code == 2)
            try await #expect(ask("--format", "csv", "--json").code == 2)
            let beyond = try await Program.run(
                ["schedule", "oracle", "paper", "--from", "2030-06-01T00:00:00Z", "--to", "2031-06-01T00:00:00Z"],
                environment: variables)
            #expect(beyond.code == 1)
            #expect(beyond.errors.contains("[calendar.outside_coverage]"))
        }
    }
}
