import JSON
import Testing

@Suite struct CalendarLoadingTests {
    private static let path = "/v1/calendars/XTST"

    /// Tokyo's hours, with its lunch.
    private static func weekly(version: String = "1", to: String = "2027-12-31", holidays: String = "") throws
        -> JSONValue
    {
        try JSONValue(
            parsing: Array(
                """
                {"version": "\(version)", "timeZone": "Asia/Tokyo", "from": "2026-01-01", "to": "\(to)",
                 "weekly": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "open": "09:00",
                             "close": "15:00", "breaks": [{"start": "11:30", "end": "12:30"}]}],
                 "holidays": [\(holidays)]}
                """.utf8))
    }

    private static let table = """
        date,open_utc,close_utc,break_start_utc,break_end_utc
        2026-11-26,2026-11-26T08:00:00Z,2026-11-26T16:30:00Z,,
        2026-11-27,2026-11-27T08:00:00Z,2026-11-27T16:30:00Z,2026-11-27T12:00:00Z,2026-11-27T12:02:00Z

        """
    private static let ofTable = "?version=t1&timeZone=Europe/London&from=2026-11-26&to=2026-11-27"

    private nonisolated(nonsending) func put(
        _ server: Gatehouse, _ body: JSONValue, _ headers: [(name: String, value: String)] = [], query: String = ""
    ) async throws -> Answer {
        try await server.admin.send("PUT", Self.path + query, body, headers: headers)
    }

    private nonisolated(nonsending) func put(_ server: Gatehouse, table: String, query: String = ofTable) async throws
        -> Answer
    {
        try await server.admin.send(
            "PUT", "/v1/calendars/XTAB" + query, bytes: Array(table.utf8), headers: [("Content-Type", "text/csv")])
    }

    @Test func aCalendarIsLoadedShownAndAsked() async throws {
        try await withServer { server, database in
            let made = try await put(server, Self.weekly(), query: "?reason=first")
            #expect(made.status == 201, "\(made.text)")
            #expect(made.header("Location") == Self.path)
            let shown = try await server.admin.get(Self.path)
            #expect(shown.header("ETag") == made.header("ETag"))
            #expect(shown.json?["revision"]?.integer == 1)
            #expect(shown.json?["builtIn"]?.bool == false)
            #expect(shown.json?["loadedBy"]?.string == "bootstrap")
            let document = try #require(shown.json?["document"])
            // What is shown can be sent again, and is the same.
            let again = try await put(server, document)
            #expect(again.status == 200)
            #expect(again.json?["revision"]?.integer == 1)
            #expect(again.header("ETag") == made.header("ETag"))
            try await #expect(database.events("calendar.loaded") == 1)
            let lunch = try await server.admin.get(Self.path + "/status?at=2026-11-20T02:45:00Z").json
            #expect(lunch?["session"]?.string == "break")
            #expect(lunch?["nextTransition"]?["at"]?.string == "2026-11-20T03:30:00Z")
        }
    }

    @Test func aTableIsLoadedAndComesBackAsItWas() async throws {
        try await withServer { server, _ in
            let made = try await put(server, table: Self.table)
            #expect(made.status == 201, "\(made.text)")
            let sessions = "/v1/calendars/XTAB/sessions?from=2026-11-26&to=2026-11-27&format=csv"
            try await #expect(server.admin.get(sessions).text == Self.table)
            try await #expect(put(server, table: Self.table).status == 200)
        }
    }

    @Test func aNewIssueIsTheNextRevisionAndTellsWhatIsLost() async throws {
        try await withServer(["--clock", "2026-11-20T15:00:00Z"]) { server, database in
            let first = try await put(server, Self.weekly())
            // Two holidays to come, and one that has passed.
            let holidays = "\"2026-11-23\", \"2026-12-31\", \"2026-11-18\""
            let second = try await put(
                server, Self.weekly(version: "2", holidays: holidays), [("If-Match", first.header("ETag") ?? "")])
            #expect(second.status == 200, "\(second.text)")
            #expect(second.json?["revision"]?.integer == 2)
            #expect(second.header("ETag") != first.header("ETag"))
            let events = try await database.texts(
                "select convert_from(event, 'utf8') from audit_events where code = 'calendar.loaded' order by id desc")
            let event = try JSONValue(parsing: Array(try #require(events.first).utf8))
            #expect(event["details"]?["sessionsRemoved"]?.integer == 2)
            let monday = try await server.admin.get(Self.path + "/status?at=2026-11-23T01:00:00Z").json
            #expect(monday?["session"]?.string == "none")
            #expect(monday?["version"]?.string == "2")
        }
    }

    @Test func whatHasChangedSinceIsNotReplaced() async throws {
        try await withServer { server, _ in
            let none = try await put(server, Self.weekly(), [("If-Match", "\"\(String(repeating: "0", count: 64))\"")])
            #expect(none.code == "request.precondition_failed")
            try await #expect(put(server, Self.weekly(), [("If-None-Match", "*")]).status == 201)
            try await #expect(put(server, Self.weekly(version: "2"), [("If-None-Match", "*")]).status == 412)
            let stale = try await put(
                server, Self.weekly(version: "2"), [("If-Match", "\"\(String(repeating: "0", count: 64))\"")])
            #expect(stale.status == 412)
            try await #expect(server.admin.get(Self.path).json?["version"]?.string == "1")
            try await #expect(put(server, Self.weekly(version: "2"), [("If-Match", "*")]).status == 200)
        }
    }

    @Test func whatIsBuiltInIsNotReplaced() async throws {
        try await SharedServer.use { server in
            let answer = try await server.admin.send("PUT", "/v1/calendars/XNYS", Self.weekly())
            #expect(answer.status == 409)
            #expect(answer.code == "calendar.built_in")
        }
    }

    @Test(arguments: [
        (#"{"version": "1"}"#, "from"), (#"{"versoin": "1"}"#, "versoin"),
        (#"{"version": "1", "timeZone": "Asia/Tokyo", "from": "2026-01-01", "to": "2026-12-31"}"#, "sessions"),
        (
            #"{"version": "1", "timeZone": "Asia/Tokio", "from": "2026-01-01", "to": "2026-12-31", "weekly": [{"days": ["monday"], "open": "09:00", "close": "15:00"}]}"#,
            "timeZone"
        ),
        (
            #"{"version": "1", "timeZone": "Japan", "from": "2026-01-01", "to": "2026-12-31", "weekly": [{"days": ["monday"], "open": "09:00", "close": "15:00"}]}"#,
            "timeZone"
        ),
        (
            #"{"version": "1", "timeZone": "Asia/Tokyo", "from": "2026-01-01", "to": "2026-12-31", "weekly": [{"days": ["moonday"], "open": "09:00", "close": "15:00"}]}"#,
            "weekly[0].days[0]"
        ),
        (
            #"{"version": "1", "timeZone": "Asia/Tokyo", "from": "2026-01-01", "to": "2026-12-31", "sessions": [{"date": "2026-01-05", "open": "2026-01-05T00:00:00Z", "close": "2026-01-04T00:00:00Z"}]}"#,
            "sessions[0].close"
        ),
    ])
    func aBadDocumentIsRefusedByItsField(text: String, field: String) async throws {
        try await SharedServer.use { server in
            let answer = try await put(server, JSONValue(parsing: Array(text.utf8)))
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.json?["field"]?.string == field, "\(answer.text)")
        }
    }

    @Test func aBadTableIsRefusedByItsLine() async throws {
        try await SharedServer.use { server in
            let answer = try await put(server, table: Self.table.replacing("2026-11-27T16:30:00Z", with: "16:30"))
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == "close_utc")
            #expect(answer.json?["detail"]?.string?.hasPrefix("line 3, close_utc: ") == true, "\(answer.text)")
            for name in ["version", "timeZone", "from", "to"] {
                let query = Self.ofTable.replacing(try Regex("[?&]\(name)=[^&]*"), with: "").dropFirst()
                let missing = try await put(server, table: Self.table, query: "?\(query)")
                #expect(missing.json?["field"]?.string == name)
            }
        }
    }

    @Test func whatCannotBeACalendarIsRefused() async throws {
        try await SharedServer.use { server in
            let lower = try await server.admin.send("PUT", "/v1/calendars/xtst", Self.weekly())
            #expect(lower.json?["field"]?.string == "id")
            let type = try await server.admin.send(
                "PUT", Self.path, bytes: Array("x".utf8), headers: [("Content-Type", "text/plain")])
            #expect(type.status == 415)
            let broken = try await server.admin.send(
                "PUT", Self.path, bytes: Array("{\n\"version\"".utf8), headers: [("Content-Type", "application/json")])
            #expect(broken.status == 400)
            #expect(broken.json?["detail"]?.string?.contains("line 2") == true, "\(broken.text)")
            let large = try await server.admin.send(
                "PUT", Self.path, bytes: [UInt8](repeating: 0x20, count: (8 << 20) + 1),
                headers: [("Content-Type", "application/json")])
            #expect(large.status == 413)
        }
    }

    @Test func aTokenOfSomeProjectsReadsAndDoesNotChange() async throws {
        try await withServer { server, _ in
            let confined = try await server.admin.makeToken(
                "confined", roles: ["admin", "operator", "approver"], ["projects": .texts(["shop"])]
            ).client
            try await #expect(confined.get("/v1/calendars/XNYS").status == 200)
            try await #expect(confined.send("PUT", Self.path, Self.weekly()).code == "auth.out_of_reach")
            let adjustment = newAdjustment("2028-12-22", "closed")
            try await #expect(
                confined.post("/v1/calendars/XNYS/adjustments", adjustment).code == "auth.out_of_reach")
        }
    }

    @Test func everyServerOfADatabaseHearsOfIt() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let secret = freshSecret()
                try await withServer(on: database, adminToken: secret) { first in
                    try await withServer(on: database, adminToken: secret) { second in
                        _ = try await put(first, Self.weekly())
                        try await #expect(
                            second.admin.with(secret).get(Self.path + "/status?at=2026-11-20T01:00:00Z").status == 200)
                    }
                }
            }
        }
    }
}
