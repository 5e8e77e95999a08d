import HTTPServer
import JSON
import Synchronization
import Time

/// A server on a free port with one route of each kind.
struct TestServer {
    let server: HTTPServer
    let port: UInt16

    init(configure: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configure(&configuration)
        server = try HTTPServer(configuration, Router(Self.routes), log: { _ in })
        port = UInt16(server.address.split(separator: ":").last ?? "") ?? 0
    }

    func connect() throws -> RawConnection {
        try RawConnection(port: port)
    }

    /// One request on a connection of its own.
    func ask(_ request: String, body: [UInt8] = []) async throws -> RawConnection.Answer? {
        let connection = try connect()
        await connection.send(Array(request.utf8) + body)
        return await connection.answer()
    }

    func get(_ target: String) async throws -> RawConnection.Answer? {
        try await ask("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
    }

    /// Returns when that many requests are under way.
    func hasInProgress(_ count: Int) async throws {
        while server.requestsInProgress < count { try await Task.sleep(for: .milliseconds(1)) }
    }

    func stop(within drain: TimeSpan) async {
        await waiting { server.stop(within: drain) }
    }

    /// The last event of `/flood` for which there was room.
    static let flooded = Atomic<Int>(0)

    static let routes: [Route] = [
        Route(.get, "/now", .immediate { _ in .json { $0.member("at", "now") } }),
        Route(
            .get, "/echo/{name}/of/{place}",
            .immediate { request throws(Problem) in
                let q = try request.queryValue("q")
                return .json { json in
                    json.member("name", request.pathParameter("name"))
                    json.member("place", request.pathParameter("place"))
                    json.member("q", q)
                    json.member("address", request.clientAddress)
                }
            }),
        Route(.get, "/echo/self/of/me", .immediate { _ in .json { $0.member("literal", true) } }),
        Route(
            .post, "/things", bodyLimit: 1_000,
            .asynchronous { request throws(Problem) in
                let name = try request.fields("name") { fields throws(JSONFieldError) in
                    try fields.requiredString("name")
                }
                await Task.yield()
                return .json(status: 201) { $0.member("name", name) }
            }),
        Route(.put, "/things", .immediate { request in Response(contentType: "text/plain", body: request.body) }),
        Route(
            .get, "/sleep", deadline: .milliseconds(300),
            .asynchronous { _ in
                try? await Task.sleep(for: .seconds(60))
                return Response(status: 204)
            }),
        Route(
            .get, "/wait", deadline: .seconds(30),
            .asynchronous { _ in
                try? await Task.sleep(for: .seconds(60))
                return Response(status: 204)
            }),
        Route(
            .get, "/nap",
            .asynchronous { _ in
                try? await Task.sleep(for: .milliseconds(500))
                return .json { $0.member("rested", true) }
            }),
        Route(
            .get, "/broken",
            .immediate { _ in
                Response(contentType: "text/plain") { stream in
                    _ = try? await stream.write(Array("the first half\n".utf8))
                    stream.breakOff()
                }
            }),
        Route(
            .get, "/stream",
            .asynchronous { _ in
                Response(contentType: "text/plain") { stream in
                    for number in 0..<2_000 {
                        guard
                            (try? await stream.write(
                                Array("line \(number) \(String(repeating: "x", count: 1_000))\n".utf8))) != nil
                        else { return }
                    }
                }
            }),
        Route(
            .get, "/flood",
            .immediate { _ in
                EventStream.response(heartbeat: .milliseconds(2)) { events in
                    let data = [UInt8](repeating: UInt8(ascii: "x"), count: 20_000)
                    for number in 0..<400 {
                        try? await events.send(id: "\(number)", data: data)
                        flooded.store(number, ordering: .relaxed)
                    }
                }
            }),
        Route(
            .get, "/events",
            .immediate { _ in
                EventStream.response(heartbeat: .milliseconds(50)) { events in
                    try? await events.send(id: "1", event: "change", data: Array("first\nsecond".utf8))
                    try? await Task.sleep(for: .seconds(60))
                }
            }),
    ]
}
