import Crypto
import Glibc
import JSON
import Locks
import PostgresTesting
import RegistryTesting

/// Somebody who is told what happens, and keeps what they were told.
final class Receiver: Sendable {
    /// A request.
    struct Told: Sendable {
        let delivery: String
        let signature: String
        let body: [UInt8]

        var json: JSONValue? { try? JSONValue(parsing: body) }
        var text: String { json?["text"]?.string ?? "" }
        var code: String { json?["code"]?.string ?? "" }
    }

    private struct State {
        var told: [Told] = []
        var isAway: Bool
        var misses = 0
    }

    /// What is kept, which the server's connections know of.
    private final class Notebook: Sendable {
        let state: Guarded<State>

        init(isAway: Bool) { state = Guarded(State(isAway: isAway)) }
    }

    private let notebook: Notebook
    private let server: LoopbackServer

    init(isAway: Bool = false) throws {
        let notebook = Notebook(isAway: isAway)
        server = try LoopbackServer { ask in
            notebook.state.withLock { state in
                guard !state.isAway else {
                    state.misses += 1
                    return .hangUp
                }
                state.told.append(
                    Told(
                        delivery: ask.headers["gatehouse-delivery"] ?? "",
                        signature: ask.headers["gatehouse-signature"] ?? "", body: ask.body))
                return .answer(.init(status: 204))
            }
        }
        self.notebook = notebook
    }

    var url: String { "http://127.0.0.1:\(server.port)/told" }
    var told: [Told] { notebook.state.withLock { $0.told } }
    /// How often nobody answered.
    var misses: Int { notebook.state.withLock { $0.misses } }
    var codes: [String] { told.map(\.code) }

    /// Answers again, or no more.
    func isAway(_ isAway: Bool) { notebook.state.withLock { $0.isAway = isAway } }

    /// Waits until it has been told of as many events.
    nonisolated(nonsending) func isTold(_ count: Int, within limit: Duration = .seconds(100)) async throws {
        try await eventually("\(count) notifications arrive", within: limit) { told.count >= count }
    }
}

extension Receiver.Told {
    /// Whether it is signed under a secret, by RFC 2104 as it is written.
    func isSigned(with secret: String) -> Bool {
        let parts = signature.split(separator: ",")
        guard let time = parts.first, time.hasPrefix("t="), Int(time.dropFirst(2)) != nil else { return false }
        var key = Array(secret.utf8)
        if key.count > 64 { key = SHA256.hash(key) }
        key += [UInt8](repeating: 0, count: 64 - key.count)
        let inner = SHA256.hash(key.map { $0 ^ 0x36 } + Array("\(time.dropFirst(2)).".utf8) + body)
        let code = SHA256.hash(key.map { $0 ^ 0x5C } + inner)
        let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return parts.dropFirst().contains { $0 == "v1=" + digits }
    }
}
