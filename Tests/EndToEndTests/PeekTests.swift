import JSON
import Testing
import Time

/// A peek at the present is remembered until something changes; nobody may notice.
@Suite struct PeekTests {
    /// Half an hour before the margin before the open, a minute of the exchange's day in 25 ms.
    private static let clock = ["--clock", "2026-11-20T13:30:00Z@2400"]

    @Test func aPeekAtThePresentSaysWhatAPeekAtItsInstantSays() async throws {
        try await withServer(Self.clock) { server, _ in
            let admin = server.admin
            try await admin.apply(Oracle.full)
            var codes: Set<String> = []
            // Through the margins and sessions of a whole day, asked as often as it goes.
            while codes.count < 5 {
                let present = try await admin.peek()
                let instant = try #require(present.json?["decidedAt"]?.string)
                let named = try await admin.peek(at: instant)
                #expect(present.text == named.text)
                #expect(present.status == named.status)
                codes.insert(try #require(present.json?["code"]?.string))
                guard instant < "2026-11-21T06:00:00Z" else { break }
            }
            let day: Set = [
                "stage.open", "market.before_open", "market.core_session", "market.after_close", "window.denied",
            ]
            #expect(codes == day)
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
