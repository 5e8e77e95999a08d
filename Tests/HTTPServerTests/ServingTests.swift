import HTTPServer
import Synchronization
import Testing

@Suite struct Serving {
    @Test func answersOnOneConnectionAgainAndAgain() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        for _ in 0..<100 {
            await connection.send("GET /now HTTP/1.1\r\nHost: test\r\n\r\n")
            let answer = try #require(await connection.answer())
            #expect(answer.status == 200)
            #expect(answer.body == #"{"at":"now"}"#)
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send(
            "GET /nap HTTP/1.1\r\nHost: t\r\n\r\nGET /now HTTP/1.1\r\nHost: t\r\n\r\nGET /nothing HTTP/1.1\r\nHost: t\r\n\r\n"
        )
        #expect(await connection.answer()?.body == #"{"rested":true}"#)
        #expect(await connection.answer()?.body == #"{"at":"now"}"#)
        #expect(await connection.answer()?.status == 404)
    }

    @Test func decodesPathAndQueryOnce() async throws {
        let test = try TestServer()
        let answer = try #require(try await test.get("/echo/a%2Fb%20c/of/%C3%A9?q=1%2B1+%3D+2"))
        #expect(answer.body == #"{"name":"a/b c","place":"é","q":"1+1 = 2","address":"127.0.0.1"}"#)
    }

    @Test func prefersTheLiteralPath() async throws {
        let test = try TestServer()
        #expect(try await test.get("/echo/self/of/me")?.body == #"{"literal":true}"#)
        #expect(try await test.get("/echo/self/of/you")?.body.contains(#""place":"you""#) == true)
    }

    @Test func answersHeadLikeGetWithoutTheBody() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send("HEAD /now HTTP/1.1\r\nHost: test\r\n\r\nGET /now HTTP/1.1\r\nHost: test\r\n\r\n")
        let head = try #require(await connection.answer(toHead: true))
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == "12")
        #expect(await connection.answer()?.body == #"{"at":"now"}"#)
    }

    @Test func takesABodyWithEitherFraming() async throws {
        let test = try TestServer()
        let head = "POST /things HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
        #expect(try await test.ask(head + "Content-Length: 12\r\n\r\n{\"name\":\"a\"}")?.body == #"{"name":"a"}"#)
        #expect(
            try await test.ask(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"nam\r\n7\r\ne\":\"b\"}\r\n0\r\n\r\n")?
                .body
                == #"{"name":"b"}"#)
    }

    @Test func keepsTheClientsNameForARequestIfItIsHarmless() async throws {
        let test = try TestServer()
        let given = try await test.ask("GET /now HTTP/1.1\r\nHost: t\r\nX-Request-Id: abc-123\r\n\r\n")
        #expect(given?.headers["x-request-id"] == "abc-123")
        let harmful = try await test.ask("GET /now HTTP/1.1\r\nHost: t\r\nX-Request-Id: a b\"c\r\n\r\n")
        #expect(harmful?.headers["x-request-id"]?.count == 13)
    }

    @Test(arguments: [
        (["198.51.100.7"], "198.51.100.7"),
        // What a client wrote itself stands before the proxy's own word.
        (["192.0.2.1, 198.51.100.7"], "198.51.100.7"), (["192.0.2.1 ,198.51.100.7 "], "198.51.100.7"),
        (["192.0.2.1", "198.51.100.7"], "198.51.100.7"), (["192.0.2.1, 192.0.2.2", "198.51.100.7"], "198.51.100.7"),
        (["192.0.2.1", "192.0.2.2, 2001:DB8:0::7"], "2001:db8::7"),
        // A last word that is no address is the proxy's silence, not the client's turn.
        (["192.0.2.1, unknown"], "127.0.0.1"), (["192.0.2.1", "unknown"], "127.0.0.1"), (["192.0.2.1,"], "127.0.0.1"),
        (["192.0.2.1", ""], "127.0.0.1"), ([], "127.0.0.1"),
    ])
    func takesTheTrustedProxysLastWordForTheClient(lines: [String], client: String) async throws {
        let forwarded = lines.map { "X-Forwarded-For: \($0)\r\n" }.joined()
        let request = "GET /echo/a/of/b HTTP/1.1\r\nHost: t\r\n\(forwarded)\r\n"
        let trusting = try TestServer { $0.trustedProxy = "127.0.0.1" }
        #expect(try await trusting.ask(request)?.body.contains(#""address":"\#(client)""#) == true)
        #expect(try await TestServer().ask(request)?.body.contains(#""address":"127.0.0.1""#) == true)
    }

    @Test func countsWhatItServed() async throws {
        let test = try TestServer()
        for _ in 0..<3 { _ = try await test.get("/now") }
        _ = try await test.get("/nothing")
        #expect(test.server.requestsServed.counts(route: 0).byClass == [0, 3, 0, 0, 0])
        #expect(test.server.requestsServed.counts(route: nil).byClass == [0, 0, 0, 1, 0])
        #expect(test.server.requestsServed.counts(route: 0).byDuration.reduce(0, +) == 3)
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        let first = try TestServer()
        let error = #expect(throws: ServerError.self) { try TestServer { $0.port = first.port } }
        #expect(error?.description.contains("another program listens there") == true)
    }
}

@Suite struct Streaming {
    @Test func anAnswerThatCannotGoOnIsNotTakenForAWholeOne() async throws {
        let test = try TestServer()
        let connection = try RawConnection(port: test.port)
        await connection.send("GET /broken HTTP/1.1\r\nHost: t\r\n\r\n")
        let all = await connection.read(until: "the first half\n")
        #expect(all?.contains("chunked") == true)
        // The end of the piece; that of the whole, another piece of no length, does not come.
        #expect(await connection.read(until: "\r\n") == "")
        #expect(await connection.isClosedByServer())
    }

    @Test func sendsALongAnswerBitByBit() async throws {
        let test = try TestServer()
        let answer = try #require(try await test.get("/stream"))
        let lines = answer.body.split(separator: "\n")
        #expect(lines.count == 2_000)
        #expect(lines.last?.hasPrefix("line 1999 ") == true)
    }

    @Test func sendsEventsAndHeartbeats() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(await connection.read(until: "\r\n\r\n")?.contains("text/event-stream") == true)
        #expect(await connection.read(until: "id: 1\nevent: change\ndata: first\ndata: second\n\n") != nil)
        #expect(await connection.read(until: ":\n\n") != nil)
    }

    /// The events and their heartbeats wait for the same slow client, and both go on.
    @Test func aSlowClientGetsEveryEvent() async throws {
        let test = try TestServer()
        let connection = try RawConnection(port: test.port, receiveBuffer: 65_536)
        await connection.send("GET /flood HTTP/1.1\r\nHost: t\r\n\r\n")
        var seen = -1
        while seen != TestServer.flooded.load(ordering: .relaxed) || seen == 0 {
            seen = TestServer.flooded.load(ordering: .relaxed)
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(seen < 399, "the client was meant to be slower than the events")
        for number in 0..<400 { #expect(await connection.read(until: "id: \(number)\n") != nil) }
    }

    @Test func survivesClientsThatLeaveInTheMiddle() async throws {
        let test = try TestServer()
        for _ in 0..<50 {
            let connection = try test.connect()
            await connection.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\nGET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = await connection.read(until: "line 10 ")
        }
        #expect(try await test.get("/now")?.status == 200)
    }
}
