import Dispatch
import HTTPClient
import Testing

@Suite("Many requests", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    @Test("requests after each other share a connection")
    func reuse() async throws {
        let server = try TestServer { _ in answer("pong") }
        let client = client()
        for _ in 1...5 { _ = try await client.send(request("GET", server.url)) }
        #expect(server.log.requests.count == 5)
        #expect(server.log.connections == 1)
    }

    @Test("requests at once are all answered, over eight connections at most")
    func many() async throws {
        let server = try TestServer { request in answer(String(request.prefix { !$0.isNewline })) }
        let client = client()
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await client.send(request("GET", server.url + "/\(number)"))
                    return (number, String(decoding: response.body, as: UTF8.self))
                }
            }
            for try await (number, body) in group { #expect(body == "GET /\(number) HTTP/1.1") }
        }
        #expect(server.log.requests.count == 100)
        #expect((1...8).contains(server.log.connections))
    }

    @Test("tasks go on while eight requests wait for their answers")
    func neverBlocks() async throws {
        let gate = DispatchSemaphore(value: 0)
        let arrived = AsyncStream<Void>.makeStream()
        let server = try TestServer { request in
            guard request.contains("/held") else { return answer("now") }
            arrived.continuation.yield()
            gate.wait()
            return answer("late")
        }
        let client = client()
        for _ in 1...3 { _ = try await client.send(request("GET", server.url)) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await client.send(request("GET", server.url + "/held")).status } }
            // Runs only if some thread of the pool is free, and nothing else opens the gate.
            group.addTask {
                var waiting = arrived.stream.makeAsyncIterator()
                for _ in 0..<8 { await waiting.next() }
                for _ in 0..<8 { gate.signal() }
                return 200
            }
            for try await status in group { #expect(status == 200) }
        }
    }

    @Test("a client that is let go of answers, and closes its connections")
    func letGo() async throws {
        let server = try TestServer { _ in answer("pong") }
        #expect(try await client().send(request("GET", server.url)).status == 200)
        var closed = server.closedConnections.makeAsyncIterator()
        await closed.next()
    }
}
