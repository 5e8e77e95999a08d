import Crypto
import JSON
import PostgresTesting
import Testing

@Suite struct AuditQueryTests {
    private static let friday = "2026-11-20T15:00:00Z"

    /// A project in which one Freight went into beta, at an hour in which the exchange trades.
    private nonisolated(nonsending) func withAChange(
        _ body: nonisolated(nonsending) (Gatehouse, _ auditor: Client, _ promotion: String) async throws -> Void
    ) async throws {
        try await withServer(["--clock", Self.friday, "--rate-limit", "0"]) { server, database in
            try await server.admin.apply(Pipeline.onRequest())
            let freight = try await server.admin.freightID(tag: "v1.0.0")
            _ = try await server.admin.promote(
                freight, to: "beta", ["ticket": .string("=HYPERLINK(\"http://evil\")"), "reason": .string("a, \"b\"")])
            let done = try await server.admin.eventually(freight, in: "beta", "Succeeded")
            let auditor = try await server.admin.makeToken("auditor", roles: ["auditor"]).client
            // From here on an event is told in the same words: with its place in the tree.
            try await eventually("all of the log is sealed") {
                try await database.number(
                    "select count(*) from audit_events where id not in (select event from audit_leaves)") == 0
            }
            try await body(server, auditor, try #require(done["id"]?.string))
        }
    }

    private func codes(_ answer: Answer) -> [String] { answer.json?.texts("events", "code") ?? [] }

    @Test func eventsAreListedByWhatTheyConcern() async throws {
        try await withAChange { server, auditor, promotion in
            let own = ["promotion.requested", "promotion.started", "promotion.ended"]
            let all = try await auditor.get("/v1/audit?promotion=\(promotion)&order=asc")
            #expect(all.status == 200, "\(all.text)")
            #expect(codes(all) == own)
            try await #expect(
                codes(auditor.get("/v1/audit?project=oracle&stage=beta&code=promotion.*")) == own.reversed())
            try await #expect(codes(auditor.get("/v1/audit?actor=bootstrap&code=promotion.requested")).count == 1)
            try await #expect(codes(auditor.get("/v1/audit?code=promotion.requested&q=EVIL")).count == 1)
            try await #expect(codes(auditor.get("/v1/audit?project=oracle&to=2026-11-20T15:00:00Z")).isEmpty)
            let event = try #require(all.json?["events"]?.array?.first)
            let session: JSONValue = .object([
                .init("calendar", .string("XNYS")), .init("session", .string("core")),
                .init("date", .string("2026-11-20")),
            ])
            #expect(event["session"] == session)
            let id = try #require(event["id"]?.integer)
            try await #expect(auditor.get("/v1/audit/\(id)").json?["code"] == event["code"])
            try await #expect(auditor.get("/v1/audit/999999").code == "event.not_found")
        }
    }

    @Test func aListGoesOnWhereItEnded() async throws {
        try await withAChange { _, auditor, _ in
            let whole = try await auditor.get("/v1/audit?limit=500").json?["events"]?.array ?? []
            var (parts, path): ([JSONValue], String?) = ([], "/v1/audit?limit=2")
            while let next = path {
                let answer = try await auditor.get(next)
                parts += answer.json?["events"]?.array ?? []
                path = answer.json?["next"]?.string.map { "/v1/audit?limit=2&cursor=\($0)" }
                try #require(parts.count <= whole.count)
            }
            #expect(parts == whole)
        }
    }

    @Test func itIsSentAsLinesAndAsATable() async throws {
        try await withAChange { _, auditor, promotion in
            let path = "/v1/audit?order=asc&promotion=\(promotion)&format="
            let listed = try await auditor.get(path + "json").json?["events"]?.array ?? []
            let lines = try await auditor.get(path + "ndjson")
            #expect(lines.header("Content-Type") == "application/x-ndjson")
            let read = try lines.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(read == listed)
            let table = try await auditor.get(path + "csv")
            let rows = table.text.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(rows.first?.hasPrefix("id,at,code,project,stage,") == true)
            #expect(rows.count == 5, "\(table.text)")
        }
    }

    @Test func whatSomebodyWroteMakesNoRowsOfItsOwn() async throws {
        try await withServer { server, _ in
            let text = "x\"\u{301},forged\r\n4711,forged too\"\r\n"
            let body = newFreeze([:], ["reason": .string(text)])
            try await #expect(server.admin.post("/v1/freezes", body).status == 201)
            let table = try await server.admin.get("/v1/audit?code=freeze.started&format=csv")
            // As who reads tables reads them: by bytes, a row ends where no quote is open.
            var isQuoted = false
            var rows = 0
            for byte in table.body {
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                if byte == UInt8(ascii: "\n"), !isQuoted { rows += 1 }
            }
            #expect(rows == 2 && !isQuoted, "\(table.text)")
        }
    }

    @Test func aTokenForSomeProjectsSeesWhatIsTheirs() async throws {
        try await withAChange { server, auditor, promotion in
            let scoped = try await server.admin.makeToken(
                "of shop", roles: ["auditor"], ["projects": .texts(["shop"])]
            ).client
            try await #expect(codes(scoped.get("/v1/audit")).isEmpty)
            try await #expect(codes(scoped.get("/v1/audit?promotion=\(promotion)")).isEmpty)
            try await #expect(scoped.get("/v1/audit?project=oracle").status == 403)
            try await #expect(scoped.get("/v1/audit/report?quarter=2026Q4&project=oracle").status == 403)
            let id = try #require(
                try await auditor.get("/v1/audit?promotion=\(promotion)").json?["events"]?.array?.first?["id"]?.integer)
            try await #expect(scoped.get("/v1/audit/\(id)").status == 404)
            let ours = try await server.admin.makeToken(
                "of oracle", roles: ["auditor"], ["projects": .texts(["oracle"])]
            ).client
            let seen = try await ours.get("/v1/audit").json?["events"]?.array ?? []
            #expect(!seen.isEmpty && seen.allSatisfy { $0["project"]?.string == "oracle" })
            let ofLive = try await server.admin.makeToken(
                "of live", roles: ["auditor"], ["projects": .texts(["oracle"]), "stages": .texts(["live"])]
            ).client
            try await #expect(codes(ofLive.get("/v1/audit")).isEmpty)
        }
    }

    @Test func whatIsAskedWronglyIsRefused() async throws {
        try await withAChange { _, auditor, _ in
            for (query, field) in [
                ("stage=beta", "project"), ("order=up", "order"), ("format=xml", "format"), ("code=Promotion", "code"),
                ("cursor=1", "cursor"), ("cursor=99999999999999999999.1", "cursor"), ("limit=0", "limit"), ("q=", "q"),
            ] {
                let answer = try await auditor.get("/v1/audit?" + query)
                #expect(answer.code == "request.bad_field" && answer.json?["field"]?.string == field, "\(query)")
            }
            try await #expect(auditor.get("/v1/audit?from=yesterday").code == "request.bad_instant")
            for query in ["", "quarter=2026Q5", "quarter=2026Q4&from=\(Self.friday)", "from=\(Self.friday)"] {
                try await #expect(auditor.get("/v1/audit/report?" + query).code == "request.bad_field", "\(query)")
            }
        }
    }

    @Test func aNameThatIsWrittenWronglyIsRefusedAndNotAnsweredByNothing() async throws {
        try await withAChange { server, auditor, _ in
            for (query, code, field, meant) in [
                ("project=oracel", "project.not_found", "project", "oracle"),
                ("project=oracle&stage=betta", "stage.not_found", "stage", "beta"),
                ("actor=botstrap", "subject.not_found", "actor", "bootstrap"),
                ("promotion=beta.x", "promotion.not_found", "promotion", nil),
                ("code=override.consumd", "request.bad_field", "code", "override.consumed"),
                ("code=overide.*", "request.bad_field", "code", "override.*"),
                ("from=2026-11-20T16:00:00Z&to=2026-11-20T15:00:00Z", "request.bad_field", "from", nil),
            ] as [(String, String, String, String?)] {
                for format in ["json", "ndjson", "csv"] {
                    let answer = try await auditor.get("/v1/audit?\(query)&format=\(format)")
                    #expect(answer.code == code && answer.json?["field"]?.string == field, "\(query): \(answer.text)")
                    guard let meant else { continue }
                    #expect(
                        answer.json?["hint"]?.string?.hasPrefix("did you mean '\(meant)'?") == true, "\(answer.text)")
                }
            }
            for (query, code) in [
                ("project=oracel", "project.not_found"), ("project=oracle&stage=x", "stage.not_found"),
            ] {
                try await #expect(auditor.get("/v1/audit/report?quarter=2026Q4&" + query).code == code)
            }
            let scoped = try await server.admin.makeToken(
                "of oracel", roles: ["auditor"], ["projects": .texts(["oracel"])])
            let hidden = try await scoped.client.get("/v1/audit?project=oracel")
            #expect(hidden.code == "project.not_found" && !hidden.text.contains("'oracle'"), "\(hidden.text)")
        }
    }

    @Test func whatThereIsOrOnceWasMayHaveDoneNothing() async throws {
        try await withAChange { server, auditor, _ in
            _ = try await server.admin.makeToken("idle", roles: ["viewer"])
            for query in ["actor=idle", "code=override.denied", "project=oracle&stage=live&code=promotion.*"] {
                let answer = try await auditor.get("/v1/audit?" + query)
                #expect(answer.status == 200 && codes(answer).isEmpty, "\(query): \(answer.text)")
            }
            // Who is no subject, and did something all the same: the service itself.
            let actors = try await auditor.get("/v1/audit?code=promotion.*").json?["events"]?.array ?? []
            let own = try #require(actors.first { $0["actor"]?["kind"]?.string == "system" }?["actor"]?["name"]?.string)
            try await #expect(!codes(auditor.get("/v1/audit?actor=\(own)")).isEmpty)
        }
    }

    @Test func freightOfAProjectIsFoundByWhatPeopleCallIt() async throws {
        try await withAChange { server, auditor, _ in
            let id = try await server.admin.freightID(tag: "v1.0.0")
            let alias = try #require(
                try await server.admin.get("\(Oracle.path)/freight/\(id)").json?["alias"]?.string)
            for name in [id, alias, String(id.prefix(8))] {
                let found = try await auditor.get("/v1/audit?project=oracle&code=freight.created&freight=\(name)")
                #expect(codes(found) == ["freight.created"], "\(name): \(found.text)")
            }
            try await #expect(codes(auditor.get("/v1/audit?code=freight.created&freight=\(id)")).count == 1)
            let elsewhere = try await auditor.get("/v1/audit?freight=\(alias)")
            #expect(elsewhere.code == "freight.not_found" && elsewhere.text.contains("say its 'project'"))
            let wrong = try await auditor.get("/v1/audit?project=oracle&freight=\(alias)x")
            #expect(
                wrong.code == "freight.not_found" && wrong.text.contains("did you mean '\(alias)'?"), "\(wrong.text)")
        }
    }

    @Test func aRecordHoldsAllThereIsOfOneChange() async throws {
        try await withAChange { server, _, promotion in
            let record = try await server.admin.get("\(Oracle.path)/promotions/\(promotion)/record")
            #expect(record.status == 200, "\(record.text)")
            let document = try #require(record.json)
            #expect(document["promotion"]?["phase"]?.string == "Succeeded")
            #expect(document["freight"]?["id"] == document["promotion"]?["freight"])
            #expect(document["policy"]?["revision"]?.integer == 1)
            #expect(document["session"]?["session"]?.string == "core")
            #expect(document["eventsComplete"]?.bool == true)
            #expect(
                document.texts("events", "code") == [
                    "freight.created", "promotion.requested", "promotion.started", "promotion.ended",
                ])
            try await #expect(server.admin.get("\(Oracle.path)/promotions/none/record").code == "promotion.not_found")
        }
    }

    @Test func aRecordProvesItsEventsAgainstOneCheckpoint() async throws {
        try await withAChange { server, _, promotion in
            let record = try await server.admin.get("\(Oracle.path)/promotions/\(promotion)/record").json
            let (events, log) = (record?["events"]?.array ?? [], try #require(record?["log"]))
            let (size, root) = (try #require(log["size"]?.integer), try #require(log["root"]?.string))
            #expect(log["checkpoint"]?.string?.contains("\n\(size)\n\(root)\n\n") == true)
            #expect(log["unsealed"]?.array?.isEmpty == true)
            let proofs = log["proofs"]?.array ?? []
            #expect(proofs.compactMap { $0["event"] } == events.compactMap { $0["id"] } && proofs.count == 4)
            for (event, proof) in zip(events, proofs) {
                guard case .object(let members) = event else { return #expect(Bool(false), "an event is an object") }
                #expect(event["leaf"] == proof["leaf"])
                // But for these two, its members are the bytes that were hashed.
                var bytes = JSONWriter()
                bytes.value(.object(members.filter { !["id", "leaf"].contains($0.name) }))
                #expect(proof["hash"]?.string == Base64.encode(SHA256.hash([0x00] + bytes.bytes)))
                let path = proof["proof"]?.array?.compactMap { $0.string.flatMap { Base64.decode($0) } } ?? []
                let leaf = Int(try #require(proof["leaf"]?.integer))
                let found = Standard.root(of: bytes.bytes, at: leaf, size: Int(size), by: path[...])
                #expect(found.map { Base64.encode($0) } == root)
            }
        }
    }

    @Test func aRecordSaysWhatIsNotSealedYet() async throws {
        try await withServer(["--clock", Self.friday, "--rate-limit", "0"]) { server, database in
            try await server.admin.apply(Pipeline.onRequest())
            try await database.eventuallySealed()
            let holder = try await HeldLock.hold(database, "select pg_advisory_xact_lock(4748, 0)")
            let freight = try await server.admin.freightID(tag: "v1.0.0")
            let made = try await server.admin.promote(freight, to: "beta")
            let id = try #require(made.json?["id"]?.string)
            let record = try await server.admin.get("\(Oracle.path)/promotions/\(id)/record").json
            let events = record?["events"]?.array ?? []
            #expect(events.count >= 2 && events.allSatisfy { $0["leaf"] == nil })
            #expect(record?["log"]?["unsealed"]?.array == events.compactMap { $0["id"] })
            #expect(record?["log"]?["proofs"]?.array?.isEmpty == true && record?["log"]?["checkpoint"] != nil)
            try await holder.release()
        }
    }

    @Test func aReportHasARowForEachChangeThatWasLetIn() async throws {
        try await withAChange { server, auditor, promotion in
            let freight = try await server.admin.freightID(tag: "v1.0.1")
            let outside = try await server.admin.promote(freight, to: "beta", ["kind": .string("external")])
            let id = try #require(outside.json?["id"]?.string)
            let report = try await auditor.get("/v1/audit/report?quarter=2026Q4")
            #expect(report.status == 200, "\(report.text)")
            let changes = report.json?["changes"]?.array ?? []
            #expect(changes.compactMap { $0["promotion"]?.string } == [promotion, id])
            #expect(changes.compactMap { $0["kind"]?.string } == ["person", "external"])
            #expect(changes.first?["ticket"]?.string == "=HYPERLINK(\"http://evil\")")
            #expect(changes.first?["revision"]?.integer == 1)
            #expect(changes.first?["session"]?["session"]?.string == "core")
            #expect(report.json?["totals"]?["changes"]?.integer == 2)
            #expect(report.json?["totals"]?["byKind"]?["external"]?.integer == 1)
            try await #expect(
                auditor.get("/v1/audit/report?quarter=2026Q4&session=none").json?["changes"]?.array?.isEmpty == true)
            try await #expect(
                auditor.get("/v1/audit/report?quarter=2026Q3").json?["totals"]?["changes"]?.integer == 0)
            let table = try await auditor.get("/v1/audit/report?quarter=2026Q4&format=csv")
            #expect(table.text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "\(table.text)")
            #expect(table.text.contains("\"a, \"\"b\"\"\""))
        }
    }

    @Test func theCommandsTellTheSame() async throws {
        try await withAChange { server, _, promotion in
            let variables = ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""]
            let query = try await Program.run(
                ["audit", "query", "--promotion", promotion, "--asc"], environment: variables)
            let lines = query.output.split(separator: "\n")
            #expect(lines.count == 3, "\(query.errors)")
            #expect(lines.first?.contains("  promotion.requested  bootstrap  oracle/beta  \(promotion)  core") == true)
            let report = try await Program.run(["audit", "report", "--quarter", "2026Q4"], environment: variables)
            #expect(report.output.contains("\(promotion),oracle,beta,"), "\(report.errors)")
            let record = try await Program.run(["audit", "record", "oracle", promotion], environment: variables)
            #expect(record.output.contains("\"eventsComplete\":true"), "\(record.errors)")
            let wrong = try await Program.run(["audit", "query", "--code", "NO"], environment: variables)
            #expect(wrong.code != 0 && wrong.errors.contains("override.*"), "\(wrong.errors)")
            let both = try await Program.run(["audit", "query", "--csv", "--json"], environment: variables)
            #expect(both.code == 2 && both.errors.contains("--csv and --json exclude each other"), "\(both.errors)")
        }
    }
}
