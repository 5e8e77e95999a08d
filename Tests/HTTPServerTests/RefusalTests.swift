import HTTPServer
import JSON
import Testing
import Time

/// What is not a good request gets a problem with a code, or a closed connection; never a wrong meaning.
@Suite struct Refusing {
    private static let get = "GET /now HTTP/1.1\r\nHost: t\r\n"
    private static let post = "POST /things HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"

    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let request: String
        let status: Int
        let code: String
        var testDescription: String { name }
        init(_ name: String, _ request: String, _ status: Int, _ code: String) {
            (self.name, self.request, self.status, self.code) = (name, request, status, code)
        }
    }

    static let cases: [Case] = [
        .init("no such path", "GET /nothing HTTP/1.1\r\nHost: t\r\n\r\n", 404, "request.no_such_path"),
        .init("trailing slash", "GET /now/ HTTP/1.1\r\nHost: t\r\n\r\n", 404, "request.no_such_path"),
        .init("dots in the path", "GET /x/../now HTTP/1.1\r\nHost: t\r\n\r\n", 404, "request.no_such_path"),
        .init("other method", "DELETE /now HTTP/1.1\r\nHost: t\r\n\r\n", 405, "request.bad_method"),
        .init("lower-case method", "get /now HTTP/1.1\r\nHost: t\r\n\r\n", 405, "request.bad_method"),
        .init("unknown method", "BREW /now HTTP/1.1\r\nHost: t\r\n\r\n", 405, "request.bad_method"),
        .init("two lengths", get + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400, "request.malformed"),
        .init(
            "length and chunks", get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            "request.malformed"),
        .init("unknown coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "request.not_implemented"),
        .init("space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n", 400, "request.malformed"),
        .init("header without a colon", "GET /now HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n", 400, "request.malformed"),
        .init("control character in a header", get + "X: a\u{1}b\r\n\r\n", 400, "request.bad_header"),
        .init("NUL in a header", get + "X: a\u{0}b\r\n\r\n", 400, "request.malformed"),
        .init("NUL in the method", "GET\u{0} /now HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.malformed"),
        .init("two spaces", "GET  /now HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.malformed"),
        .init("header without a name", get + ": a\r\nContent-Length: 5\r\n\r\n", 400, "request.malformed"),
        .init("folded header", get + "X: a\r\n b\r\n\r\n", 400, "request.malformed"),
        .init("bare LF", "GET /now HTTP/1.1\nHost: t\n\n", 400, "request.malformed"),
        .init("bare LF in the headers", get + "X: a\nY: b\r\n\r\n", 400, "request.malformed"),
        .init(
            "chunks in HTTP/1.0", "PUT /things HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            "request.malformed"),
        .init("no host", "GET /now HTTP/1.1\r\n\r\n", 400, "request.malformed"),
        .init("two hosts", get + "Host: u\r\n\r\n", 400, "request.malformed"),
        .init("another version", "GET /now HTTP/3.0\r\nHost: t\r\n\r\n", 505, "request.bad_version"),
        .init("absolute target", "GET http://t/now HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("NUL in the path, encoded", "GET /now%00x HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("NUL in the path", "GET /now\u{0}x HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.malformed"),
        .init("NUL in the query", "GET /echo/a/of/b?q=%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("not UTF-8", "GET /echo/%ff/of/b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("overlong UTF-8", "GET /echo/%c0%af/of/b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("half an escape", "GET /echo/%4/of/b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("no escape", "GET /echo/%zz/of/b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("space in the path", "GET /now x HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_target"),
        .init("parameter twice", "GET /echo/a/of/b?q=1&q=2 HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_field"),
        .init("bad chunk", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "request.malformed"),
        .init(
            "chunk of many zeros",
            post + "Transfer-Encoding: chunked\r\n\r\n\(String(repeating: "0", count: 100_000))5\r\n", 400,
            "request.malformed"),
        .init("body over the limit", post + "Content-Length: 1001\r\n\r\n", 413, "request.too_large"),
        .init("not JSON", post + "Content-Length: 5\r\n\r\nhello", 400, "request.bad_json"),
        .init("empty body", post + "Content-Length: 0\r\n\r\n", 400, "request.bad_json"),
        .init("no body", "POST /things HTTP/1.1\r\nHost: t\r\n\r\n", 400, "request.bad_field"),
        .init("missing field", post + "Content-Length: 2\r\n\r\n{}", 400, "request.bad_field"),
        .init("unknown field", post + "Content-Length: 18\r\n\r\n{\"name\":\"a\",\"b\":1}", 400, "request.bad_field"),
        .init(
            "other type", "POST /things HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}", 415,
            "request.bad_media_type"),
        .init(
            "large headers", get + "X: \(String(repeating: "x", count: 10_000))\r\n\r\n", 431,
            "request.headers_too_large"),
        .init(
            "huge headers", get + "X: \(String(repeating: "x", count: 200_000))\r\n\r\n", 431,
            "request.headers_too_large"),
        .init(
            "many headers", get + String(repeating: "X: y\r\n", count: 200) + "\r\n", 431, "request.headers_too_large"),
        .init(
            "huge target", "GET /\(String(repeating: "x", count: 200_000)) HTTP/1.1\r\nHost: t\r\n\r\n", 414,
            "request.target_too_long"),
    ]

    @Test(arguments: cases) func tellsWhatIsWrong(_ wrong: Case) async throws {
        let test = try TestServer()
        let answer = try #require(try await test.ask(wrong.request))
        #expect(answer.status == wrong.status)
        #expect(answer.code == wrong.code, "\(answer)")
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(try await test.get("/now")?.status == 200)
    }

    @Test(arguments: [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n", "\r\n\r\n\r\n\u{0}\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])
    func closesOnWhatIsNotHTTP(_ bytes: String) async throws {
        let test = try TestServer { $0.headTimeout = .milliseconds(300) }
        let connection = try test.connect()
        await connection.send(bytes)
        let answer = await connection.answer()
        #expect(answer == nil || (answer?.status ?? 0) >= 400)
        #expect(await connection.isClosedByServer())
        #expect(try await test.get("/now")?.status == 200)
    }

    @Test(arguments: ["+5", "-5", "5 5", "five", "", "99999999999999999999"])
    func closesOnALengthThatIsNoNumber(_ length: String) async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send(Self.post + "Content-Length: \(length)\r\n\r\nhello")
        #expect(await connection.answer() == nil)
        #expect(try await test.get("/now")?.status == 200)
    }

    @Test func namesTheMethodsThatThePathTakes() async throws {
        let answer = try await TestServer().ask("DELETE /things HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(answer?.headers["allow"] == "POST, PUT")
        #expect(try await TestServer().ask("POST /now HTTP/1.1\r\nHost: t\r\n\r\n")?.headers["allow"] == "GET, HEAD")
    }

    @Test func aBodyThatGrowsBeyondTheLimitIsRefusedAtItsEnd() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<100 { await connection.send("400\r\n" + String(repeating: "x", count: 1_024) + "\r\n") }
        await connection.send("0\r\n\r\n")
        #expect(await connection.answer()?.code == "request.too_large")
    }

    @Test func aBodyWithoutEndLosesItsConnection() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<40 { await connection.send("8000\r\n" + String(repeating: "x", count: 32_768) + "\r\n") }
        #expect(await connection.answer() == nil)
        #expect(try await test.get("/now")?.status == 200)
    }

    @Test func everyProblemCarriesTheServersRemarks() async throws {
        let test = try TestServer {
            $0.problemRemarks = [.init("drill", .bool(true))]
            $0.headers = [Header("Gatehouse-Drill", "true")]
        }
        for request in ["GET /nothing HTTP/1.1\r\nHost: t\r\n\r\n", "GET /now HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n"]
        {
            let answer = try #require(try await test.ask(request))
            #expect(answer.body.contains(#""drill":true"#))
            #expect(answer.headers["gatehouse-drill"] == "true")
        }
    }
}

/// Nobody keeps the server waiting.
@Suite struct Deadlines {
    @Test func anAnswerThatTakesTooLongBecomesAProblem() async throws {
        let test = try TestServer()
        let answer = try #require(try await test.get("/sleep"))
        #expect(answer.status == 503)
        #expect(answer.code == "server.deadline")
    }

    @Test func aHeadThatComesByteByByteIsCutOff() async throws {
        let test = try TestServer { $0.headTimeout = .milliseconds(400) }
        let connection = try test.connect()
        for byte in "GET /now HT" { await connection.send(String(byte)) }
        #expect(await connection.isClosedByServer())
    }

    @Test func aBodyThatDoesNotComeIsCutOff() async throws {
        let test = try TestServer { $0.bodyTimeout = .milliseconds(400) }
        let connection = try test.connect()
        await connection.send("PUT /things HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        #expect(await connection.answer() == nil)
    }

    @Test func anIdleConnectionIsClosed() async throws {
        let test = try TestServer { $0.headTimeout = .milliseconds(400) }
        let connection = try test.connect()
        await connection.send("GET /now HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(await connection.answer()?.status == 200)
        #expect(await connection.isClosedByServer())
    }
}

/// A stop lets answers out that are under way, and ends the rest clearly.
@Suite struct Stopping {
    @Test func waitsForAnswersUnderWay() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        await connection.send("GET /nap HTTP/1.1\r\nHost: t\r\n\r\n")
        try await test.hasInProgress(1)
        await test.stop(within: .seconds(60))
        #expect(await connection.answer()?.body == #"{"rested":true}"#)
        #expect(throws: RawConnection.Failure.self) { try test.connect() }
    }

    @Test func answersTheRest503() async throws {
        let test = try TestServer()
        let connection = try test.connect()
        let events = try test.connect()
        await connection.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
        await events.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
        _ = await events.read(until: "second")
        try await test.hasInProgress(2)
        await test.stop(within: .milliseconds(50))
        #expect(await connection.answer()?.code == "server.stopping")
        while await !events.isClosedByServer() { _ = await events.read(until: "\n") }
    }

    /// A late request must not begin what nobody would wait for.
    @Test func refusesWhatComesWhenNothingIsWaitedForAnyMore() async throws {
        let test = try TestServer()
        let (unfinished, waiting, late) = (try test.connect(), try test.connect(), try test.connect())
        await late.send("GET /now HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(await late.answer()?.status == 200)
        // A body that is still to come keeps the stop from its end.
        await unfinished.send("PUT /things HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab")
        await waiting.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
        try await test.hasInProgress(2)
        async let stop: Void = test.stop(within: .milliseconds(0))
        #expect(await waiting.answer()?.code == "server.stopping")
        await late.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
        let refusal = try #require(await late.answer())
        #expect(refusal.code == "server.stopping")
        #expect(refusal.body.contains("nothing was changed"))
        #expect(refusal.headers["connection"] == "close")
        await unfinished.send("cde")
        #expect(await unfinished.answer()?.body == "abcde")
        await stop
        #expect(test.server.requestsInProgress == 0)
        #expect(await late.isClosedByServer())
    }
}
