import Glibc
import JSON
import Locks
import Time

/// Writes what the service does to standard error, one line each, for a machine or for a person.
public final class Log: Sendable {
    /// How much a line matters.
    public enum Level: String, CaseIterable, Sendable, Comparable {
        /// What helps to find a fault.
        case debug
        /// What is worth knowing.
        case info
        /// What should be looked at.
        case warning
        /// What went wrong.
        case error

        /// Less important is smaller.
        public static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// How lines look.
    public enum Format: String, CaseIterable, Sendable {
        /// One JSON object a line.
        case json
        /// Time, level, message, and the rest as `name=value`.
        case text
    }

    /// What stands beside the message.
    public enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        /// Text.
        case text(String)
        /// A whole number.
        case number(Int64)

        /// Text.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A whole number.
        public init(integerLiteral value: Int64) { self = .number(value) }
    }

    private let level: Level
    private let format: Format
    private let descriptor: Int32
    private let line = Guarded<Void>(())

    /// A log of lines that matter at least this much.
    public init(level: Level = .info, format: Format = .text, descriptor: Int32 = 2) {
        self.level = level
        self.format = format
        self.descriptor = descriptor
    }

    /// Whether lines of this level are written at all.
    public func writes(_ level: Level) -> Bool {
        level >= self.level
    }

    /// Writes a line for debugging.
    public func debug(_ message: String, _ fields: (String, Value)...) { write(.debug, message, fields) }
    /// Writes a line worth knowing.
    public func info(_ message: String, _ fields: (String, Value)...) { write(.info, message, fields) }
    /// Writes a line to be looked at.
    public func warning(_ message: String, _ fields: (String, Value)...) { write(.warning, message, fields) }
    /// Writes a line about what went wrong.
    public func error(_ message: String, _ fields: (String, Value)...) { write(.error, message, fields) }

    /// Writes a line.
    public func write(_ level: Level, _ message: String, _ fields: [(String, Value)]) {
        guard writes(level) else { return }
        let now = Instant.ofThisMachine()
        var bytes = format == .json ? json(now, level, message, fields) : text(now, level, message, fields)
        bytes.append(UInt8(ascii: "\n"))
        // One call a line, so that lines of several threads never mix.
        line.withLock { _ in bytes.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) } }
    }

    private func json(_ now: Instant, _ level: Level, _ message: String, _ fields: [(String, Value)]) -> [UInt8] {
        JSONWriter.object { json in
            json.member("time", now.text)
            json.member("level", level.rawValue)
            json.member("message", message)
            for (name, value) in fields {
                json.name(given: name)
                switch value {
                case .text(let text): json.value(text)
                case .number(let number): json.value(number)
                }
            }
        }
    }

    private func text(_ now: Instant, _ level: Level, _ message: String, _ fields: [(String, Value)]) -> [UInt8] {
        var line = "\(now.text) \(level.rawValue.uppercased()) \(message)"
        for (name, value) in fields {
            switch value {
            case .text(let text): line += " \(name)=\(Self.quotedIfNeeded(text))"
            case .number(let number): line += " \(name)=\(number)"
            }
        }
        // What a client sent must not be able to begin a line of its own.
        return line.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }
}
