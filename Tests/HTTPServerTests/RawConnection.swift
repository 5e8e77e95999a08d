import Dispatch
import Glibc

/// Waits on a thread that may wait: blocking one of the tasks' few threads would stop the server that is waited for.
func waiting<Result: Sendable>(for body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}

/// A client that sends exactly the bytes it is told to, over a socket of its own.
final class RawConnection: @unchecked Sendable {
    // Unchecked: each test uses its connection from one place at a time.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: String

        /// The member `code` of a problem.
        var code: String? {
            guard let range = body.firstRange(of: "\"code\":\"") else { return nil }
            return String(body[range.upperBound...].prefix { $0 != "\"" })
        }
    }

    private let socket: Int32
    private var pending: [UInt8] = []

    /// A connection; with a small `receiveBuffer` the server soon feels that nothing is read.
    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "cannot connect to port \(port)") }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    deinit {
        close(socket)
    }

    func send(_ text: String) async {
        await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async {
        await waiting { self.sendNow(bytes) }
    }

    func answer(toHead: Bool = false) async -> Answer? {
        await waiting { self.answerNow(toHead: toHead) }
    }

    func read(until end: String) async -> String? {
        await waiting { self.readNow(until: end) }
    }

    /// Whether the server ends the connection, with no more to read.
    func isClosedByServer() async -> Bool {
        await waiting { self.pending.isEmpty && !self.fill() }
    }

    /// What a server that has closed does not take is lost; the answer tells.
    private func sendNow(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// The next answer, or nothing if the server closed the connection first.
    private func answerNow(toHead: Bool) -> Answer? {
        guard let head = readNow(until: "\r\n\r\n") else { return nil }
        let lines = head.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        if status == 100 { return answerNow(toHead: toHead) }
        var body: [UInt8] = []
        if headers["transfer-encoding"] == "chunked" {
            while let size = readNow(until: "\r\n").flatMap({ Int($0, radix: 16) }), size > 0 {
                body += read(count: size) ?? []
                _ = read(count: 2)
            }
        } else if !toHead {
            body = read(count: Int(headers["content-length"] ?? "0") ?? 0) ?? []
        }
        return Answer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    private func readNow(until end: String) -> String? {
        let pattern = Array(end.utf8)
        while true {
            if let range = pending.firstRange(of: pattern) {
                defer { pending.removeSubrange(..<range.upperBound) }
                return String(decoding: pending[..<range.lowerBound], as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    private func read(count: Int) -> [UInt8]? {
        while pending.count < count { guard fill() else { return nil } }
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending += buffer.prefix(count)
        return true
    }
}

extension String {
    func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
