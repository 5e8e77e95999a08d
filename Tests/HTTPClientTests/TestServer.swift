import Dispatch
import Glibc
import Locks

/// A server on a port of its own, which answers each request with what a test says.
final class TestServer: Sendable {
    enum Answer: Sendable {
        /// These bytes, and the connection stays open.
        case text(String)

        /// These bytes, again and again, until the client has heard enough.
        case endless(first: String, then: String)

        /// Nothing, until the client goes away.
        case silence
    }

    struct Unavailable: Error {}

    /// What the server has seen.
    final class Log: Sendable {
        private let entries = Guarded<(connections: Int, requests: [String])>((0, []))

        var connections: Int { entries.withLock { $0.connections } }
        var requests: [String] { entries.withLock { $0.requests } }

        fileprivate func addConnection() { entries.withLock { $0.connections += 1 } }
        fileprivate func add(_ request: String) { entries.withLock { $0.requests.append(request) } }
    }

    let port: Int
    let log = Log()
    let closedConnections: AsyncStream<Void>
    private let listener: Int32

    init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        let (closedConnections, closed) = AsyncStream<Void>.makeStream()
        self.closedConnections = closedConnections
        (listener, port) = try Self.listen()
        DispatchQueue(label: "test-server").async { [listener, log] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                log.addConnection()
                DispatchQueue(label: "test-connection").async {
                    Self.serve(connection, log, answer)
                    closed.yield()
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)" }

    private static func listen() throws -> (listener: Int32, port: Int) {
        let (listener, port) = try bindAnyPort()
        guard Glibc.listen(listener, 64) == 0 else { throw Unavailable() }
        return (listener, port)
    }

    /// A socket with a port of its own, on which nothing listens yet.
    fileprivate static func bindAnyPort() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let succeeded = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                bind(listener, address.baseAddress, length) == 0
                    && getsockname(listener, address.baseAddress, &length) == 0
            }
        }
        guard succeeded else { throw Unavailable() }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func serve(_ connection: Int32, _ log: Log, _ answer: @Sendable (String) -> Answer) {
        defer { close(connection) }
        var reader = RequestReader(connection)
        while let request = reader.next() {
            log.add(request)
            switch answer(request) {
            case .text(let text):
                guard write(text, to: connection) else { return }
            case .endless(let first, let then):
                guard write(first, to: connection) else { return }
                while write(then, to: connection) {}
                return
            case .silence:
                continue
            }
        }
    }

    private static func write(_ text: String, to connection: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}

/// A port on which nothing listens, and nothing else will.
final class ClosedPort {
    let number: Int
    private let holder: Int32

    init() throws {
        (holder, number) = try TestServer.bindAnyPort()
    }

    deinit { close(holder) }
}
