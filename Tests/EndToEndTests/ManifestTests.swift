import JSON
import Testing

@Suite struct ManifestTests {
    private static let friday = "2026-11-20T15:00:00Z"

    @Test func whatIsAppliedDecidesFromThenOn() async throws {
        try await withServer(["--clock", Self.friday]) { server, database in
            let admin = server.admin
            try await #expect(admin.peek().json?["allowed"]?.bool == false)
            let answer = try await admin.put(Oracle.full, "?reason=the%20first")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json?["revision"]?.integer == 1)
            #expect(answer.json?["state"]?.string == "active")
            #expect(answer.json?["changed"]?.bool == true)
            #expect(answer.json?["loosens"]?.bool == true)
            try await #expect(database.events("revision.applied") == 1)

            // In New York it is winter: five hours behind.
            for (instant, status, code) in [
                ("2026-11-20T13:59:59.999999Z", 200, "stage.open"),
                ("2026-11-20T14:00:00Z", 423, "market.before_open"),
                ("2026-11-20T14:29:59.999999Z", 423, "market.before_open"),
                ("2026-11-20T14:30:00Z", 423, "market.core_session"),
                ("2026-11-20T20:59:59.999999Z", 423, "market.core_session"),
                ("2026-11-20T21:00:00Z", 423, "market.after_close"),
                ("2026-11-20T21:19:59.999999Z", 423, "market.after_close"),
                ("2026-11-20T21:20:00Z", 200, "stage.open"),
                ("2026-11-20T22:59:59.999999Z", 200, "stage.open"),
                ("2026-11-20T23:00:00Z", 423, "window.denied"),
                ("2026-11-21T04:59:59.999999Z", 423, "window.denied"),
                ("2026-11-21T05:00:00Z", 200, "stage.open"),
                // Saturday and Thanksgiving have no session.
                ("2026-11-21T15:00:00Z", 200, "stage.open"), ("2026-11-26T15:00:00Z", 200, "stage.open"),
                // In summer it is four hours.
                ("2026-07-15T12:59:59.999999Z", 200, "stage.open"),
                ("2026-07-15T13:00:00Z", 423, "market.before_open"),
            ] {
                let peek = try await admin.peek(at: instant)
                #expect(peek.status == status, "\(instant): \(peek.text)")
                #expect(peek.json?["code"]?.string == code, "\(instant)")
            }
            let peek = try await admin.peek(at: "2026-11-20T15:00:00Z").json
            #expect(peek?["nextOpen"]?.string == "2026-11-20T21:20:00Z")
            #expect(peek?["nextOpenLocal"]?.string == "2026-11-20T16:20:00-05:00")
            #expect(peek?["policy"]?["revision"]?.integer == 1)
        }
    }

    @Test func aDryRunTellsTheSameAndChangesNothing() async throws {
        try await withServer { server, database in
            let before = try await database.events()
            let told = try await server.admin.put(Oracle.full, "?dryRun=true")
            #expect(told.status == 200)
            #expect(told.json?["dryRun"]?.bool == true)
            #expect(told.json?["revision"]?.integer == 1)
            #expect(told.json?["state"]?.string == "active")
            try await #expect(database.number("select count(*) from projects") == 0)
            try await #expect(database.number("select count(*) from epochs where scope = 'oracle'") == 0)
            try await #expect(database.events() == before)
            let done = try await server.admin.put(Oracle.full)
            #expect(done.json?["diff"] == told.json?["diff"])
            #expect(done.json?["hash"] == told.json?["hash"])
        }
    }

    @Test func theSameManifestsAgainChangeNothing() async throws {
        try await withServer { server, database in
            try await server.admin.apply(Oracle.full)
            // Neither the order nor spaces nor what is the default anyway make a difference.
            let again = try await server.admin.put(
                "# a remark\n" + Oracle.full.replacing("  queue: newestWins\n", with: ""))
            #expect(again.status == 200)
            #expect(again.json?["changed"]?.bool == false)
            #expect(again.json?["revision"]?.integer == 1)
            #expect(again.json?["diff"]?.array == [])
            try await #expect(database.events("revision.applied") == 1)
            try await #expect(database.number("select count(*) from revisions") == 1)
        }
    }

    @Test func whatIsMissingIsRemoved() async throws {
        try await withServer { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.projectPolicy() + Oracle.stage("beta") + Oracle.stage("paper"))
            try await #expect(admin.peek("beta").status == 200)
            let answer = try await admin.put(Oracle.projectPolicy() + Oracle.stage("paper"))
            #expect(answer.json?["loosens"]?.bool == false)
            #expect(answer.json?["diff"]?.array?.first?["path"]?.string == "stages.beta")
            try await #expect(admin.peek("beta").status == 423)
            try await #expect(admin.peek("paper").status == 200)
            try await #expect(admin.get(Oracle.path).json?["stages"]?.array?.count == 1)
        }
    }

    @Test func everyMistakeIsToldWithItsPlace() async throws {
        try await withServer { server, database in
            let wrong =
                Oracle.projectPolicy()
                + Oracle.stage(
                    "paper",
                    gates: """

                            - {name: a, market: {calendar: XNYE}}
                            - {name: b, window: {kind: deny, rrule: FREQ=DAILY, start: "18:00", end: "19:00", timeZone: Mars/City}}
                            - {name: c, window: {kind: deny, rrule: FREQ=DAILY, start: "00:00", duration: 24h, timeZone: Etc/UTC}}
                            - {name: d, soak: {for: soon}}
                        """)
            let answer = try await server.admin.put(wrong)
            #expect(answer.status == 422)
            #expect(answer.code == "manifest.invalid")
            let errors = try #require(answer.json?["errors"]?.array)
            #expect(errors.map { $0["line"]?.integer } == [11, 12, 13, 14])
            #expect(errors[0]["column"]?.integer == 36)
            #expect(errors[0]["path"]?.string == "spec.gates[0].market.calendar")
            #expect(errors[0]["message"]?.string == "there is no calendar 'XNYE'")
            #expect(errors[0]["hint"]?.string == "did you mean 'XNYS'?")
            #expect(errors[1]["path"]?.string == "spec.gates[1].window.timeZone")
            #expect(errors[2]["message"]?.string?.contains("never opens") == true)
            #expect(answer.json?["detail"]?.string?.hasPrefix("manifests:11:36: spec.gates[0].market.calendar") == true)
            try await #expect(database.number("select count(*) from projects") == 0)
            try await #expect(server.admin.put("a: [").json?["errors"]?.array?.count == 1)
        }
    }

    @Test func onlyYAMLAndJSONAreTakenAndOnlySoMuch() async throws {
        try await withServer { server, _ in
            let admin = server.admin
            for type in ["text/yaml", "application/x-yaml", "application/yaml; charset=utf-8"] {
                try await #expect(admin.put(Oracle.full, "?dryRun=true", type: type).status == 200)
            }
            let json = #"""
                {"apiVersion": "gatehouse.dev/v1", "kind": "ProjectPolicy", "spec": {"orchestrator": "gatehouse"},
                 "metadata": {"name": "oracle", "namespace": "oracle"}}
                """#
            try await #expect(admin.put(json, type: "application/json").status == 200)
            try await #expect(admin.put(Oracle.full, type: "text/plain").code == "request.bad_media_type")
            try await #expect(
                admin.put(String(repeating: "#", count: (1 << 20) + 1)).code == "request.too_large")
            try await #expect(admin.put(Oracle.full, "?dryrun=true").code == "request.bad_field")
        }
    }

    @Test func onlyTheRevisionThatWasReadIsReplaced() async throws {
        try await withServer { server, _ in
            let admin = server.admin
            let more = Oracle.projectPolicy() + Oracle.stage("beta")
            try await #expect(admin.get(Oracle.path + "/manifests").code == "project.not_found")
            try await #expect(admin.put(Oracle.full, headers: [("If-Match", "\"1\"")]).status == 412)
            try await #expect(admin.put(Oracle.full, headers: [("If-None-Match", "*")]).status == 200)
            try await #expect(admin.put(more, headers: [("If-None-Match", "*")]).status == 412)
            let shown = try await admin.get(Oracle.path + "/manifests")
            #expect(shown.header("ETag") == "\"1\"")
            #expect(shown.json?["manifests"]?["stages"]?["paper"]?["maxWait"]?.string == "1d")
            let tag = try #require(shown.header("ETag"))
            try await #expect(admin.put(more, headers: [("If-Match", tag)]).status == 200)
            let late = try await admin.put(Oracle.full, headers: [("If-Match", tag)])
            #expect(late.code == "request.precondition_failed")
            #expect(late.json?["detail"]?.string == "it is \"2\" now")
        }
    }

    @Test func aRepetitionUnderTheSameKeyActsOnce() async throws {
        try await withServer { server, _ in
            let key = [(name: "Idempotency-Key", value: "first")]
            let first = try await server.admin.put(Oracle.full, headers: key)
            let second = try await server.admin.put(Oracle.full, headers: key)
            #expect(second.body == first.body)
            #expect(second.header("Idempotent-Replayed") == "true")
        }
    }

    @Test func aTokenOfAnotherProjectOrOfSomeStagesReachesNothingHere() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Oracle.full)
            let roles = ["admin", "viewer", "approver"]
            let other = try await server.admin.makeToken("other", roles: roles, ["projects": .texts(["else"])]).client
            for path in ["", "/manifests", "/revisions", "/revisions/1", "/stages/paper/gate"] {
                try await #expect(other.get(Oracle.path + path).code == "auth.out_of_reach", "\(path)")
            }
            try await #expect(other.put(Oracle.full).code == "auth.out_of_reach")
            try await #expect(
                other.post(Oracle.path + "/revisions/1/approve", .object([])).code == "auth.out_of_reach")
            try await #expect(other.get("/v1/projects").json?["projects"]?.array == [])
            let paper = try await server.admin.makeToken(
                "paper", roles: roles, ["projects": .texts(["oracle"]), "stages": .texts(["live"])]
            ).client
            try await #expect(paper.put(Oracle.full).code == "auth.out_of_reach")
            try await #expect(paper.get(Oracle.path + "/manifests").status == 200)
            try await #expect(paper.get(Oracle.path).json?["stages"]?.array == [])
        }
    }

    @Test func projectsAreListedPageByPage() async throws {
        try await withServer { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.full)
            let second = Oracle.projectPolicy().replacing("oracle", with: "shop")
            let made = try await admin.send(
                "PUT", "/v1/projects/shop/manifests", bytes: Array(second.utf8),
                headers: [("Content-Type", "application/yaml")])
            #expect(made.status == 200, "\(made.text)")
            let page = try await admin.get("/v1/projects?limit=1")
            #expect(page.json?["projects"]?.array?.first?["name"]?.string == "oracle")
            #expect(page.json?["projects"]?.array?.first?.strings("stages") == ["paper"])
            let rest = try await admin.get("/v1/projects?cursor=\(try #require(page.json?["next"]?.string))")
            #expect(rest.json?["projects"]?.array?.map { $0["name"]?.string } == ["shop"])
            #expect(rest.json?["next"] == nil)
            let paper = try await admin.get(Oracle.path).json?["stages"]?.array?.first
            #expect(
                paper?["gates"]?.array?.map { $0["kind"]?.string } == ["market", "window", "approval", "verification"])
        }
    }
}
