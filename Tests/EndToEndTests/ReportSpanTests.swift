import JSON
import PostgresTesting
import Testing

/// What a report says of the times in which it may lack something, and of where its own time lies in the log.
@Suite struct ReportSpanTests {
    private static let always = "/v1/audit/report?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"

    @Test func aTimeInWhichNoServerCouldTellIsBlind() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                let noted = "select count(*) from last_watch where until > now() - interval '20 seconds'"
                try await withServer(on: database) { _ in
                    try await eventually("it is noted") { try await database.number(noted) == 1 }
                }
                try await withServer(on: database) { _ in
                    try await eventually("it is noted again") { try await database.number(noted) == 1 }
                }
                // A stop is no pause while it is short.
                try await #expect(database.events("watch.interrupted") == 0)
                try await database.run("update last_watch set until = '2026-03-01 12:00Z'")
                try await withServer(on: database) { server in
                    try await eventually("the pause is told") { try await database.events("watch.interrupted") == 1 }
                    let token = try await database.texts(
                        "select convert_from(event, 'UTF8')::json ->> 'at' from audit_events where code = 'watch.interrupted'"
                    )
                    let blind = try await server.admin.get(Self.always).json?["blind"]?.array ?? []
                    #expect(blind.count == 1, "\(blind)")
                    #expect(blind.first?["from"]?.string == "2026-03-01T12:00:00Z")
                    #expect(blind.first?["to"]?.string == token.first)
                    // What lies outside is not told, and what lies half outside is told by half.
                    let march = "/v1/audit/report?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"
                    let part = try await server.admin.get(march).json?["blind"]?.array
                    #expect(part?.first?["to"]?.string == "2026-03-02T00:00:00Z")
                    let february = "/v1/audit/report?from=2026-02-01T00:00:00Z&to=2026-03-01T12:00:00Z"
                    try await #expect(server.admin.get(february).json?["blind"]?.array?.isEmpty == true)
                    let table = try await server.admin.get(march + "&format=csv").text
                    #expect(table.contains("\r\nblind,,,,,,,,,,2026-03-01T12:00:00Z,2026-03-02T00:00:00Z,"), "\(table)")
                }
            }
        }
    }

    @Test func aTimeInWhichNobodyCanTellYetIsBlindToo() async throws {
        try await withServer { server, database in
            try await eventually("it is noted") { try await database.number("select count(*) from last_watch") == 1 }
            // As where no server knows the time, or its log: nobody notes anything any more.
            let holder = try await HeldLock.hold(
                database,
                "update last_watch set until = '2026-03-01 12:00Z'; commit; begin; select from last_watch for update")
            let report = try await server.admin.get(Self.always).json
            #expect(report?.texts("blind", "from") == ["2026-03-01T12:00:00Z"])
            try await #expect(database.events("watch.interrupted") == 0)
            try await holder.release()
        }
    }

    @Test func aTimeInWhichGatesStoppedNothingIsToldByTheManifestsThatWereInForce() async throws {
        try await withServer(["--clock", Emergency.friday, "--rate-limit", "0"]) { server, database in
            let watched = Oracle.stage("beta").replacing("spec:\n", with: "spec:\n  enforcement: observe\n")
            let (head, other) = (Oracle.projectPolicy(), Oracle.stage("live"))
            for stages in [
                Oracle.stage("beta"), watched, watched + other, Oracle.stage("beta") + other, watched + other,
            ] {
                try await server.admin.apply(head + stages)
            }
            let times = try await database.texts(
                "select to_char(in_force_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from revisions order by number"
            )
            let report = try await server.admin.get("/v1/audit/report?quarter=2026Q4").json
            let spans = report?["observeOnly"]?.array ?? []
            #expect(report?.texts("observeOnly", "stage") == ["beta", "beta"])
            // The second revision and the third say the same; the fifth is in force.
            #expect(spans.map { $0["from"]?.string } == [times[1], times[4]])
            #expect(spans.first?["to"]?.string == times[3])
            let scoped = try await server.admin.makeToken(
                "of live", roles: ["auditor"], ["projects": .texts(["oracle"]), "stages": .texts(["live"])]
            ).client
            try await #expect(
                scoped.get("/v1/audit/report?quarter=2026Q4").json?["observeOnly"]?.array?.isEmpty == true)
        }
    }

    @Test func theTotalsSayWhereTheTimeLiesInTheLog() async throws {
        try await withServer { server, database in
            for name in ["a", "b", "c"] { _ = try await server.admin.makeToken(name) }
            try await database.eventuallySealed()
            let at = try await database.texts(
                """
                select convert_from(event, 'UTF8')::json ->> 'at' from audit_events where code = 'token.created'
                order by at desc, id desc limit 2
                """)
            let span = "from=\(at.last ?? "")&to=\(at.first ?? "")"
            let totals = try await server.admin.get("/v1/audit/report?" + span).json?["totals"]
            let places = try await database.texts(
                """
                select l.leaf::text from audit_events e join audit_leaves l on l.event = e.id
                where e.at >= '\(at.last ?? "")' and e.at < '\(at.first ?? "")' order by l.leaf
                """)
            #expect(totals?["leaves"]?["first"]?.integer == places.first.flatMap { Int64($0) })
            #expect(totals?["leaves"]?["last"]?.integer == places.last.flatMap { Int64($0) })
            let log = try await server.admin.get("/v1/audit/checkpoint").text
            #expect(totals?["checkpoint"]?["checkpoint"]?.string == log)
            let table = try await server.admin.get(Self.always + "&format=csv").text
            #expect(table.contains(",changes,0\r\n") && table.contains(",leaves.first,0\r\n"), "\(table)")
            #expect(table.contains(",checkpoint.size,"))
            let none = try await server.admin.get("/v1/audit/report?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z")
            #expect(none.json?["totals"]?["leaves"] == nil && none.status == 200)
        }
    }
}
