public import Time

/// A value for `$1`, `$2`, … The server infers types from the statement; only bytes and instants bring their own.
public enum Parameter: Sendable, Equatable {
    /// Text, or anything the server can read from text: an enum, jsonb, uuid, inet, interval.
    case text(String)
    /// Any integer type.
    case int(Int64)
    /// A boolean.
    case bool(Bool)
    /// `bytea`.
    case bytes([UInt8])
    /// `timestamptz`.
    case instant(Instant)
    /// An array of what `text` can be.
    case texts([String])
    /// An array of integers.
    case ints([Int64])
    /// NULL.
    case null
}

extension Parameter {
    /// The text, or NULL.
    public static func textOrNull(_ value: String?) -> Parameter { value.map(Parameter.text) ?? .null }
    /// The integer, or NULL.
    public static func intOrNull(_ value: Int64?) -> Parameter { value.map(Parameter.int) ?? .null }
    /// The boolean, or NULL.
    public static func boolOrNull(_ value: Bool?) -> Parameter { value.map(Parameter.bool) ?? .null }
    /// The bytes, or NULL.
    public static func bytesOrNull(_ value: [UInt8]?) -> Parameter { value.map(Parameter.bytes) ?? .null }
    /// The instant, or NULL.
    public static func instantOrNull(_ value: Instant?) -> Parameter { value.map(Parameter.instant) ?? .null }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    /// `"text"`.
    public init(stringLiteral value: String) { self = .text(value) }
    /// `42`.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// `true`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
