import Glibc

/// Reads one request after another from a connection.
struct RequestReader {
    private let connection: Int32
    private var pending = ""

    init(_ connection: Int32) {
        self.connection = connection
    }

    /// The next request with its body, which must be ASCII; nil when the client has gone.
    mutating func next() -> String? {
        while true {
            if let request = takeRequest() { return request }
            guard let more = receive() else { return nil }
            pending += more
        }
    }

    private mutating func takeRequest() -> String? {
        guard let head = pending.firstRange(of: "\r\n\r\n") else { return nil }
        let length = pending[..<head.lowerBound].firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
        let body = pending.utf8[head.upperBound...]
        guard body.count >= length else { return nil }
        let end = body.index(body.startIndex, offsetBy: length)
        defer { pending = String(pending[end...]) }
        return String(pending[..<end])
    }

    private func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
