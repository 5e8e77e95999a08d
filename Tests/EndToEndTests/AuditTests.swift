import Crypto
import JSON
import PostgresTesting
import Testing

/// What is proved of the log, over HTTP and in files.
@Suite struct AuditTests {
    /// Makes some events, and waits until all that there are have their places.
    private nonisolated(nonsending) func seal(
        _ server: Gatehouse, _ database: ServiceDatabase, tokens: Int = 5
    ) async throws -> Int {
        for number in 0..<tokens {
            _ = try await server.admin.makeToken("token \(UInt64.random(in: 0 ... .max)) \(number)")
        }
        try await database.eventuallySealed()
        return try await database.events()
    }

    private static func hash(_ value: JSONValue?) throws -> [UInt8] {
        try #require(value?.string.flatMap { Base64.decode($0) })
    }

    private static func hashes(_ value: JSONValue?) throws -> [[UInt8]] {
        try #require(value?.array).map { try hash($0) }
    }

    @Test func everyEventIsProvedToBeInTheLog() async throws {
        try await withServer { server, database in
            let count = try await seal(server, database)
            let ids = try await database.texts("select id::text from audit_events")
            #expect(ids.count == count)
            for id in ids {
                let answer = try await server.admin.get("/v1/audit/\(id)/proof").json
                let hex = try await database.texts(
                    "select encode(event, 'hex') from audit_events where id = \(id)"
                ).first
                let event = stride(from: 0, to: hex?.count ?? 0, by: 2).compactMap { offset -> UInt8? in
                    UInt8((hex ?? "").dropFirst(offset).prefix(2), radix: 16)
                }
                let (leaf, size) = (try #require(answer?["leaf"]?.integer), try #require(answer?["size"]?.integer))
                let root = Standard.root(
                    of: event, at: Int(leaf), size: Int(size), by: try Self.hashes(answer?["proof"])[...])
                #expect(try root == Self.hash(answer?["root"]))
                let note = try #require(answer?["checkpoint"]?.string)
                #expect(note.contains("\n\(size)\n\(answer?["root"]?.string ?? "")\n\n"))
            }
        }
    }

    @Test func theLogOfEachSizeIsTheBeginningOfTheNext() async throws {
        try await withServer { server, database in
            let count = try await seal(server, database, tokens: 4)
            for from in 1...count {
                let answer = try await server.admin.get("/v1/audit/consistency?from=\(from)&to=\(count)").json
                let first = try Self.hash(answer?["fromRoot"])
                let roots = Standard.roots(from, of: first, in: count, by: try Self.hashes(answer?["proof"])[...])
                #expect(roots?.0 == first)
                #expect(try roots?.1 == Self.hash(answer?["toRoot"]))
            }
            try await #expect(server.admin.get("/v1/audit/consistency?from=0").code == "request.bad_field")
            try await #expect(server.admin.get("/v1/audit/consistency").code == "request.bad_field")
            try await #expect(server.admin.get("/v1/audit/consistency?from=3&to=2").code == "request.bad_field")
            try await #expect(
                server.admin.get("/v1/audit/consistency?from=1&to=\(count + 1)").code == "request.bad_field")
        }
    }

    @Test func aCheckpointIsANoteThatTheLogsKeySigned() async throws {
        try await withServer { server, database in
            let count = try await seal(server, database)
            let note = try await server.admin.get("/v1/audit/checkpoint")
            #expect(note.header("Content-Type")?.hasPrefix("text/plain") == true)
            let json = try await server.admin.send(
                "GET", "/v1/audit/checkpoint", bytes: nil, headers: [("Accept", "application/json")])
            #expect(json.json?["checkpoint"]?.string == note.text)
            let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[1] == "\(count)")
            let keys = try await server.admin.get("/v1/audit/keys").json?["keys"]?.array
            #expect(keys?.count == 1 && keys?.first?["current"]?.bool == true)
            let key = try #require(keys?.first?["key"]?.string?.split(separator: "+", maxSplits: 2).last)
            let bytes = try #require(Base64.decode(String(key)))
            let signature = try #require(Base64.decode(String(lines[4].split(separator: " ")[2])))
            #expect(
                Ed25519.isValid(
                    Array(signature.dropFirst(4)), of: Array((lines[0...2].joined(separator: "\n") + "\n").utf8),
                    by: Array(bytes.dropFirst())))
        }
    }

    @Test func whatIsNotThereIsNotProved() async throws {
        try await withServer { server, database in
            _ = try await seal(server, database, tokens: 1)
            for id in ["0", "999999", "x", "99999999999999999999"] {
                try await #expect(server.admin.get("/v1/audit/\(id)/proof").code == "event.not_found")
            }
            let (scoped, _) = try await server.admin.makeToken(
                "scoped", ["projects": .array([.string("oracle")])])
            try await #expect(scoped.get("/v1/audit/1/proof").code == "event.not_found")
            try await #expect(scoped.get("/v1/audit/checkpoint").status == 200)
            let (auditor, _) = try await server.admin.makeToken(
                "auditor", roles: ["auditor"], ["projects": .array([.string("oracle")])])
            try await #expect(auditor.get("/v1/audit?format=export").code == "auth.out_of_reach")
            try await #expect(server.admin.get("/v1/audit?format=xml").code == "request.bad_field")
            try await #expect(server.admin.get("/v1/audit?format=export&leaves=3-2").code == "request.bad_field")
        }
    }

    private nonisolated(nonsending) func call(_ server: Gatehouse, _ words: [String]) async throws -> Program.Outcome {
        try await Program.run(
            ["audit"] + words,
            environment: ["GATEHOUSE_SERVER": server.url, "GATEHOUSE_TOKEN": server.adminToken ?? ""])
    }

    @Test func anExportIsVerifiedWithoutTheServer() async throws {
        try await withServer { server, database in
            _ = try await seal(server, database)
            let file = server.data + "/export"
            let (kept, key) = (server.data + "/kept", server.data + "/key")
            try write(try await server.admin.get("/v1/audit/checkpoint").text, to: kept)
            let keys = try await server.admin.get("/v1/audit/keys").json?["keys"]?.array
            try write(keys?.first?["key"]?.string ?? "", to: key)
            let count = try await seal(server, database)
            try await #expect(call(server, ["export", "--output", file]).code == 0)

            let alone = try await Program.run(["audit", "verify", file])
            #expect(alone.code == 0, "\(alone.errors)")
            #expect(alone.output.contains("all \(count) events of the log"))
            #expect(alone.output.contains("signer: not checked"))
            #expect(alone.output.contains("proved: self-consistent"))
            let full = try await Program.run(["audit", "verify", file, "--key", key, "--checkpoint", kept])
            #expect(full.output.contains("signer: checked"))
            #expect(full.output.contains("proved: consistent with the checkpoint"))
            // The server's answer can be kept as it is.
            try write(try await server.admin.get("/v1/audit/keys").text, to: key)
            let saved = try await Program.run(["audit", "verify", file, "--key", key])
            #expect(saved.output.contains("signer: checked"), "\(saved.errors)")

            let text = String(decoding: RepositoryFile.read(file), as: UTF8.self)
            try write(text.replacing("token.created", with: "token.kreated", maxReplacements: 1), to: file)
            let altered = try await Program.run(["audit", "verify", file])
            #expect(altered.code == 1)
            #expect(altered.errors.contains("line 3, event 1: it was altered"), "\(altered.errors)")

            let part = try await call(server, ["export", "--leaves", "2-4"])
            try write(part.output, to: file)
            let proved = try await Program.run(["audit", "verify", file])
            #expect(proved.output.contains("3 events of the log"), "\(proved.errors)")
            // It does not show by itself that the log goes on from an older checkpoint.
            let compared = ["audit", "verify", file, "--checkpoint", kept]
            let unproved = try await Program.run(compared)
            #expect(unproved.code == 1 && unproved.errors.contains("export it with --checkpoint"), "\(unproved.output)")
            let again = try await call(server, ["export", "--leaves", "2-4", "--checkpoint", kept])
            try write(again.output, to: file)
            let both = try await Program.run(compared)
            #expect(both.output.contains("proved: consistent with the checkpoint"), "\(both.errors)")
            for wrong in ["0", "\(count + 1000)"] {
                let refused = try await server.admin.get("/v1/audit?format=export&leaves=0-1&kept=\(wrong)")
                #expect(refused.code == "request.bad_field" && refused.json?["field"]?.string == "kept")
            }
        }
    }

    @Test func anExportIsNotWrittenOverAnother() async throws {
        try await withServer { server, database in
            _ = try await seal(server, database)
            let file = server.data + "/export"
            try write("kept", to: file)
            let refused = try await call(server, ["export", "--output", file])
            #expect(refused.code == 2 && refused.errors.contains("is there already"), "\(refused.errors)")
            #expect(RepositoryFile.read(file) == Array("kept".utf8))
            try await #expect(call(server, ["export", "--output", file, "--force"]).code == 0)
            try await #expect(Program.run(["audit", "verify", file]).code == 0)
        }
    }

    @Test func anExportHoldsTheEventsByteForByteInTheirOrder() async throws {
        try await withServer { server, database in
            let count = try await seal(server, database)
            let lines = try await server.admin.get("/v1/audit?format=export").text.split(separator: "\n").dropFirst()
            let events = try await database.texts(
                "select convert_from(event, 'utf8') from audit_events order by xact, id")
            #expect(lines.count == count)
            for (line, event) in zip(lines, events) { #expect(line.hasSuffix(",\"event\":\(event)}")) }
        }
    }
}

extension ServiceDatabase {
    /// Waits until every event has its place, and a checkpoint says so.
    nonisolated(nonsending) func eventuallySealed() async throws {
        try await eventually("everything is sealed") {
            let counts = try await texts(
                """
                select case when (select count(*) from audit_events) = (select count(*) from audit_leaves)
                    and (select max(size) from audit_checkpoints) = (select count(*) from audit_leaves)
                    then 'yes' else 'no' end
                """)
            return counts == ["yes"]
        }
    }
}

/// The words of RFC 6962, section 2.1, without any thought of speed.
enum Standard {
    static func root(of leaf: [UInt8], at m: Int, size n: Int, by path: ArraySlice<[UInt8]>) -> [UInt8]? {
        guard n > 1 else { return path.isEmpty ? SHA256.hash([0x00] + leaf) : nil }
        guard let last = path.last else { return nil }
        let k = split(n)
        return m < k
            ? root(of: leaf, at: m, size: k, by: path.dropLast()).map { SHA256.hash([0x01] + $0 + last) }
            : root(of: leaf, at: m - k, size: n - k, by: path.dropLast()).map { SHA256.hash([0x01] + last + $0) }
    }

    static func roots(
        _ m: Int, of first: [UInt8], in n: Int, by proof: ArraySlice<[UInt8]>, isComplete: Bool = true
    ) -> ([UInt8], [UInt8])? {
        if m == n {
            guard !isComplete else { return proof.isEmpty ? (first, first) : nil }
            return proof.count == 1 ? proof.first.map { ($0, $0) } : nil
        }
        guard let last = proof.last else { return nil }
        let k = split(n)
        if m <= k {
            return roots(m, of: first, in: k, by: proof.dropLast(), isComplete: isComplete)
                .map { ($0, SHA256.hash([0x01] + $1 + last)) }
        }
        return roots(m - k, of: first, in: n - k, by: proof.dropLast(), isComplete: false)
            .map { (SHA256.hash([0x01] + last + $0), SHA256.hash([0x01] + last + $1)) }
    }

    private static func split(_ n: Int) -> Int {
        var k = 1
        while 2 * k < n { k *= 2 }
        return k
    }
}
