import Glibc

/// PostgreSQL's output: lines in a file that is turned over at a size, and the last of them for error messages.
struct LogFile: ~Copyable {
    private static let lastLinesMax = 12

    private let path: String
    private let bytesMax: Int
    private var descriptor: Int32 = -1
    private var size = 0
    private var partial: [UInt8] = []
    private(set) var lastLines: [String] = []

    init(path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
        reopen()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// A log that cannot be written must not stop the database: what does not fit is dropped.
    mutating func append(_ bytes: [UInt8]) {
        if size + bytes.count > bytesMax, size > 0 {
            rename(path, "\(path).1")
            reopen()
        }
        let written = write(descriptor, bytes, bytes.count)
        if written > 0 { size += written }
        remember(bytes)
    }

    mutating func forgetLines() { lastLines = [] }

    private mutating func remember(_ bytes: [UInt8]) {
        partial += bytes
        while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
            lastLines.append(String(decoding: partial[..<end], as: UTF8.self))
            partial.removeFirst(end + 1)
        }
        if partial.count > 4_096 { partial.removeAll() }
        lastLines = lastLines.suffix(Self.lastLinesMax)
    }

    private mutating func reopen() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        size = descriptor >= 0 ? max(0, Int(lseek(descriptor, 0, SEEK_END))) : 0
    }
}
