import JSON
import Testing
import Time

/// A peek at the present is remembered until something changes; nobody may notice.
@Suite struct PeekTests {
    /// A second before each change of a day.
    @Test(arguments: [
        ("2026-11-20T13:59:59Z", "stage.open", "market.before_open"),
        ("2026-11-20T14:29:59Z", "market.before_open", "market.core_session"),
        ("2026-11-20T20:59:59Z", "market.core_session", "market.after_close"),
        ("2026-11-20T21:19:59Z", "market.after_close", "stage.open"),
        ("2026-11-20T22:59:59Z", "stage.open", "window.denied"),
        // Midnight in New York: sentences name the date from then on.
        ("2026-11-20T04:59:59Z", "stage.open", nil),
    ])
    func aPeekAtThePresentSaysWhatAPeekAtItsInstantSays(start: String, before: String, after: String?) async throws {
        try await withServer(["--clock", start]) { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.full)
            let end = try Instant(parsing: start) + .seconds(2)
            var instant = start
            var codes: [String] = []
            while try Instant(parsing: instant) < end {
                let present = try await admin.peek()
                instant = try #require(present.json?["decidedAt"]?.string)
                let named = try await admin.peek(at: instant)
                #expect(present.text == named.text)
                #expect(present.status == named.status)
                let code = try #require(present.json?["code"]?.string)
                if codes.last != code { codes.append(code) }
            }
            #expect(codes.last == after ?? before)
            #expect(codes.count <= 2)
        }
    }

    @Test func aRememberedAnswerGoesWithWhatItWasMadeFrom() async throws {
        try await withServer(["--clock", "2026-11-21T15:00:00Z"]) { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            for _ in 0..<3 { try await #expect(admin.peek().status == 200) }
            let freeze = try await admin.freeze(["project": "oracle"])
            try await #expect(admin.peek().json?["code"]?.string == "freeze.active")
            _ = try await admin.endFreeze(freeze)
            try await #expect(admin.peek().status == 200)
            try await admin.apply(Oracle.projectPolicy() + Oracle.stage("paper", gates: "[\(Oracle.marketHours)]"))
            let answer = try await admin.peek()
            #expect(answer.json?["calendar"]?["id"]?.string == "XNYS")
        }
    }

    @Test func aRememberedAnswerIsNotForATokenThatDoesNotReachIt() async throws {
        try await withServer { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            for _ in 0..<3 { try await #expect(admin.peek().status == 200) }
            let other = try await admin.makeToken("other", ["projects": .texts(["elsewhere"])]).client
            let refused = try await other.peek()
            #expect(refused.status == 403)
            #expect(refused.json?["code"]?.string == "auth.out_of_reach")
        }
    }

    @Test func freightThatNobodyHasSeenIsNotLetIn() async throws {
        try await withServer { server, _ in
            try await server.admin.apply(Oracle.projectPolicy() + Oracle.stage("paper"))
            let answer = try await server.admin.get("\(Oracle.path)/stages/paper/gate?freight=ceaf5c0d")
            #expect(answer.status == 423)
            #expect(answer.json?["code"]?.string == "freight.unknown")
            #expect(answer.json?["final"]?.bool == true)
        }
    }
}
