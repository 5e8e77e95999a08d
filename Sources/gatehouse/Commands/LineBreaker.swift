import Locks

/// Makes lines of bytes that come in pieces.
final class LineBreaker: Sendable {
    private let rest = Guarded<[UInt8]>([])
    private let line: @Sendable (String) -> Void

    init(_ line: @escaping @Sendable (String) -> Void) {
        self.line = line
    }

    /// Takes a piece.
    func take(_ piece: [UInt8]) {
        let lines = rest.withLock { rest in
            var lines = (rest + piece).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            return lines.map { String(decoding: $0, as: UTF8.self) }
        }
        for text in lines { line(text) }
    }

    /// What stands behind the last line.
    func finish() {
        let last = rest.withLock { $0 }
        if !last.isEmpty { line(String(decoding: last, as: UTF8.self)) }
    }
}
