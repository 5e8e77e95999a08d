import JSON
import Testing

@Suite struct CalendarTests {
    private nonisolated(nonsending) func get(_ path: String, _ headers: [(name: String, value: String)] = [])
        async throws -> Answer
    {
        var answer: Answer?
        try await SharedServer.use { answer = try await $0.admin.send("GET", "/v1/calendars" + path, headers: headers) }
        return try #require(answer)
    }

    @Test func aStatusTellsAllThatThereIsToKnow() async throws {
        let status = try #require(try await get("/XNYS/status?at=2026-11-27T17:59:59Z").json)
        let texts = [
            ("calendar", "XNYS"), ("version", "2026.3"), ("confidence", "published"), ("at", "2026-11-27T17:59:59Z"),
            ("atLocal", "2026-11-27T12:59:59-05:00"), ("timeZone", "America/New_York"), ("session", "core"),
            ("date", "2026-11-27"),
        ]
        for (name, text) in texts { #expect(status[name]?.string == text, "\(name)") }
        #expect(status["tzdata"]?.string?.isEmpty == false)
        #expect(status["open"]?.bool == true)
        #expect(status["earlyClose"]?.bool == true)
        #expect(status["lateOpen"] == nil)
        #expect(status["nextTransition"]?["at"]?.string == "2026-11-27T18:00:00Z")
        #expect(status["nextTransition"]?["atLocal"]?.string == "2026-11-27T13:00:00-05:00")
        #expect(status["nextTransition"]?["to"]?.string == "closed")
        #expect(status.strings("adjustments") == [])
    }

    @Test(arguments: [
        ("2026-11-20T14:29:59.999999Z", false, "pre", "open"), ("2026-11-20T14:30:00Z", true, "core", "closed"),
        ("2026-11-20T20:59:59.999999Z", true, "core", "closed"), ("2026-11-20T21:00:00Z", false, "post", "open"),
        ("2026-11-21T15:00:00Z", false, "none", "open"), ("2026-11-26T15:00:00Z", false, "none", "open"),
        ("2026-07-01T13:30:00Z", true, "core", "closed"), ("2026-11-27T18:00:00Z", false, "post", "open"),
    ])
    func closedIsFromTheOpenToTheClose(at: String, isOpen: Bool, session: String, next: String) async throws {
        let status = try await get("/XNYS/status?at=\(at)").json
        #expect(status?["open"]?.bool == isOpen)
        #expect(status?["session"]?.string == session)
        #expect(status?["nextTransition"]?["to"]?.string == next)
    }

    @Test func theProjectedYearsAreMarked() async throws {
        try await #expect(get("/XNYS/status?at=2030-06-03T15:00:00Z").json?["confidence"]?.string == "projected")
    }

    @Test func beyondTheLastTransitionThatIsKnownNoneIsTold() async throws {
        let status = try await get("/XNYS/status?at=2030-12-31T23:00:00Z").json
        #expect(status?["open"]?.bool == false)
        #expect(status?["nextTransition"] == nil)
    }

    @Test func sessionsAreListedWithBothEnds() async throws {
        let sessions = try await get("/XNYS/sessions?from=2026-11-27&to=2026-11-30").json
        let expected = try JSONValue(
            parsing: Array(
                """
                [{"date": "2026-11-27", "open": "2026-11-27T14:30:00Z", "close": "2026-11-27T18:00:00Z", "earlyClose": true},
                 {"date": "2026-11-30", "open": "2026-11-30T14:30:00Z", "close": "2026-11-30T21:00:00Z"}]
                """.utf8))
        #expect(sessions?["sessions"] == expected)
    }

    @Test(arguments: [("&format=csv", []), ("", [(name: "Accept", value: "text/csv")])])
    func sessionsComeAsATable(query: String, headers: [(name: String, value: String)]) async throws {
        let table = try await get("/XNYS/sessions?from=2026-11-27&to=2026-11-30\(query)", headers)
        #expect(table.header("Content-Type") == "text/csv; charset=utf-8")
        #expect(
            table.text == """
                date,open_utc,close_utc,break_start_utc,break_end_utc
                2026-11-27,2026-11-27T14:30:00Z,2026-11-27T18:00:00Z,,
                2026-11-30,2026-11-30T14:30:00Z,2026-11-30T21:00:00Z,,

                """)
    }

    @Test(arguments: [
        ("from=2026-11-27", 400, "to"), ("to=2026-11-27", 400, "from"), ("from=2026-11-28&to=2026-11-27", 400, "to"),
        ("from=2026-11-31&to=2026-12-01", 400, "from"), ("from=1900-01-01&to=2026-01-01", 400, "to"),
        ("from=2026-11-27&to=2026-11-30&format=xml", 400, "format"),
        ("from=1989-12-31&to=1990-01-31", 422, "from"), ("from=2030-12-01&to=2031-01-01", 422, "to"),
    ])
    func aRangeThatCannotBeToldIsRefused(query: String, status: Int, field: String) async throws {
        let answer = try await get("/XNYS/sessions?\(query)")
        #expect(answer.status == status)
        #expect(answer.json?["field"]?.string == field)
    }

    @Test func allOfItCanBeAskedAtOnce() async throws {
        let sessions = try await get("/XNYS/sessions?from=1990-01-01&to=2030-12-31").json?["sessions"]?.array
        #expect((sessions?.count ?? 0) > 10_000)
    }

    @Test func theBuiltInOneIsListed() async throws {
        let listed = try await get("").json?["calendars"]?.array?.first { $0["id"]?.string == "XNYS" }
        let shown = try await get("/XNYS").json
        for calendar in [listed, shown] {
            #expect(calendar?["builtIn"]?.bool == true)
            #expect(calendar?["timeZone"]?.string == "America/New_York")
            #expect(calendar?["publishedThrough"]?.string == "2028-12-31")
            #expect(calendar?["to"]?.string == "2030-12-31")
            #expect(calendar?["document"] == nil)
        }
    }

    @Test(arguments: ["/NONE", "/NONE/status", "/NONE/sessions?from=2026-01-01&to=2026-01-02", "/NONE/adjustments"])
    func whatIsNoCalendarIsNotFound(path: String) async throws {
        try await #expect(get(path).code == "calendar.not_found")
    }

    @Test func thePresentBeyondTheEndIsUnknown() async throws {
        try await withServer(["--clock", "2031-03-03T15:00:00Z"]) { server, _ in
            let now = try await server.admin.get("/v1/calendars/XNYS/status")
            #expect(now.status == 503)
            #expect(now.code == "calendar.unknown")
            #expect(now.json?["detail"]?.string?.contains("unknown") == true)
            let explicit = try await server.admin.get("/v1/calendars/XNYS/status?at=2031-03-03T15:00:00Z")
            #expect(explicit.code == "calendar.outside_coverage")
            let findings = try await server.anonymous.get("/readyz").json?["findings"]?.array
            #expect(findings?.contains { $0["code"]?.string == "calendar.horizon" } == true)
        }
    }

    @Test func theEndIsAnnouncedAndMeasured() async throws {
        try await withServer(["--clock", "2030-12-21T15:00:00Z"]) { server, _ in
            let findings = try await server.anonymous.get("/readyz").json?["findings"]?.array
            let details = findings?.filter { $0["code"]?.string == "calendar.horizon" }.compactMap {
                $0["detail"]?.string
            }
            #expect(details == ["XNYS: nothing is known after 2030-12-31, in less than 30 days"])
            let metrics = try await server.admin.get("/metrics").text
            #expect(metrics.contains("\ngatehouse_calendar_horizon_days{calendar=\"XNYS\"} 10\n"))
            #expect(metrics.contains("\ngatehouse_zone_trusted{zone=\"America/New_York\"} 1\n"))
        }
    }

    /// ICU is pointed to a folder without its files.
    @Test func whereTheZoneIsNotTrustedNothingIsTold() async throws {
        try await withTurn {
            try await withFolder { folder in
                try await withServiceDatabase { database in
                    let server = try await Gatehouse.start(
                        data: folder + "/data", ["--database", database.serverURL],
                        environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret(), "ICU_TIMEZONE_FILES_DIR": folder])
                    let listed = try await server.admin.get("/v1/calendars").json?["calendars"]?.array?.first
                    #expect(listed?["id"]?.string == "XNYS")
                    #expect(listed?["unknown"]?.string?.contains("America/New_York") == true)
                    #expect(listed?["version"] == nil)
                    for query in ["status", "status?at=2026-11-20T15:00:00Z", "sessions?from=2026-11-20&to=2026-11-20"]
                    {
                        let answer = try await server.admin.get("/v1/calendars/XNYS/\(query)")
                        #expect(answer.status == 503)
                        #expect(answer.code == "zone.untrusted")
                    }
                    let adjusted = try await server.admin.post(
                        "/v1/calendars/XNYS/adjustments", newAdjustment("2028-12-22", "closed"))
                    #expect(adjusted.code == "zone.untrusted")
                    let findings = try await server.anonymous.get("/readyz").json?["findings"]?.array
                    #expect(findings?.contains { $0["code"]?.string == "zone.untrusted" } == true)
                    try await #expect(
                        server.admin.get("/metrics").text.contains(
                            "\ngatehouse_zone_trusted{zone=\"America/New_York\"} 0\n"))
                    try await server.stop()
                }
            }
        }
    }

    @Test func theGateOfAStageThatNobodyWroteIsClosed() async throws {
        try await SharedServer.use { server in
            let answer = try await server.admin.get("/v1/projects/shop/stages/prod/gate?at=2026-11-20T15:00:00Z")
            #expect(answer.status == 423)
            #expect(answer.json?["allowed"]?.bool == false)
            #expect(answer.json?["decidedAt"]?.string == "2026-11-20T15:00:00Z")
            let bad = try await server.admin.get("/v1/projects/shop/stages/prod/gate?at=2026-11-20")
            #expect(bad.code == "request.bad_instant")
        }
    }
}
