import Dispatch
import Glibc

/// An HTTP server on a port of its own that tells HEAD from GET, and may stay silent or hang up.
public final class LoopbackServer: Sendable {
    /// A request.
    public struct Ask: Sendable {
        /// Its method.
        public let method: String
        /// What comes after the host.
        public let target: String
        /// Its headers, whose names are in lower case.
        public let headers: [String: String]
        /// Its body, if its length was told.
        public let body: [UInt8]
    }

    /// An answer.
    public struct Answer: Sendable {
        /// The status.
        public var status: Int
        /// The headers, but for the length.
        public var headers: [(name: String, value: String)]
        /// The body, which HEAD leaves out.
        public var body: [UInt8]

        /// An answer.
        public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    /// What becomes of a request.
    public enum Reply: Sendable {
        /// This.
        case answer(Answer)
        /// Nothing, until the client has had enough.
        case silence
        /// Nothing, and the connection ends.
        case hangUp
    }

    /// There is no port for it.
    public struct Unavailable: Error {}

    /// Where it listens, on 127.0.0.1.
    public let port: Int
    private let listener: Int32

    /// Starts one that answers so, each connection by a thread of its own; it ends with this.
    public init(_ reply: @escaping @Sendable (Ask) -> Reply) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                bind(listener, address.baseAddress, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address.baseAddress, &length) == 0
            }
        }
        guard isBound else { throw Unavailable() }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        DispatchQueue(label: "loopback-server").async {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                DispatchQueue(label: "loopback-connection").async { Self.serve(connection, reply) }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ connection: Int32, _ reply: @Sendable (Ask) -> Reply) {
        defer { close(connection) }
        var pending: [UInt8] = []
        while let ask = next(connection, &pending) {
            let answer: Answer
            switch reply(ask) {
            case .answer(let given): answer = given
            case .silence: continue
            case .hangUp: return
            }
            var text = "HTTP/1.1 \(answer.status) Status\r\nContent-Length: \(answer.body.count)\r\n"
            for (name, value) in answer.headers { text += "\(name): \(value)\r\n" }
            guard send(Array((text + "\r\n").utf8) + (ask.method == "HEAD" ? [] : answer.body), to: connection) else {
                return
            }
        }
    }

    /// The next request; nil when the client has gone.
    private static func next(_ connection: Int32, _ pending: inout [UInt8]) -> Ask? {
        while true {
            if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                let length = length(head)
                while pending.count - end.upperBound < length {
                    guard receive(connection, &pending) else { return nil }
                }
                let body = Array(pending[end.upperBound..<end.upperBound + length])
                pending.removeSubrange(..<(end.upperBound + length))
                return ask(head, body)
            }
            guard receive(connection, &pending) else { return nil }
        }
    }

    private static func receive(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }

    private static func length(_ head: String) -> Int {
        head.lowercased().firstMatch(of: /\r\ncontent-length: *([0-9]{1,9})/).flatMap { Int($0.1) } ?? 0
    }

    private static func ask(_ head: String, _ body: [UInt8]) -> Ask? {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = parts[0].lowercased()
            let value = String(parts[1].drop { $0 == " " })
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        return Ask(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
