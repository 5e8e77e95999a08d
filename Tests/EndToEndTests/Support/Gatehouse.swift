import Glibc
import PostgresTesting
import Testing

/// A running server.
struct Gatehouse: Sendable {
    struct Ended: Error, CustomStringConvertible {
        let description: String
    }

    let process: ChildProcess
    let url: String
    let data: String
    /// Its first token, where the test chose that.
    let adminToken: String?

    var admin: Client { Client(url: url, token: adminToken) }
    var anonymous: Client { Client(url: url) }
    var port: UInt16 { url.split(separator: ":").last.flatMap { UInt16($0) } ?? 0 }

    /// The lines of its log.
    var lines: [String] { process.errors.split(separator: "\n").map(String.init) }

    func logged(_ text: String) -> Bool { process.errors.contains(text) }

    /// Starts a server and waits until it says where it listens.
    static nonisolated(nonsending) func start(
        data: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Gatehouse {
        let process = try launch(data: data, arguments, environment: environment)
        do {
            try await eventually("the server listens", within: .seconds(120)) {
                if process.end != nil { throw Ended(description: "the server ended: \(process.errors)") }
                return address(in: process.errors) != nil
            }
        } catch {
            process.send(SIGKILL)
            throw Ended(description: "\(error): \(process.errors)")
        }
        return Gatehouse(
            process: process, url: address(in: process.errors) ?? "", data: data,
            adminToken: environment["GATEHOUSE_ADMIN_TOKEN"])
    }

    /// Starts a server that may not come as far as listening.
    static func launch(data: String, _ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess
    {
        var words = ["serve", "--data", data, "--log-format", "json", "--log-level", "debug"]
        if !arguments.contains("--listen") { words += ["--listen", "127.0.0.1:0"] }
        return try ChildProcess(Program.path, words + arguments, environment: environment)
    }

    /// Asks it to stop, and waits until it has.
    nonisolated(nonsending) func stop(location: SourceLocation = #_sourceLocation) async throws {
        process.send(SIGTERM)
        try await eventually("the server stops", within: .seconds(60)) { process.end != nil }
        #expect(process.end == .exit(0), "\(process.errors.suffix(2_000))", sourceLocation: location)
    }

    /// Ends it without asking.
    nonisolated(nonsending) func kill() async throws {
        process.send(SIGKILL)
        try await eventually("the server is gone") { process.end != nil }
    }

    private static func address(in log: String) -> String? {
        log.firstMatch(of: /listening on (https?:\/\/[0-9a-z.:\[\]]+)/).map { String($0.1) }
    }
}
