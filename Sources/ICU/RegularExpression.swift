import CICU

/// The owner of a compiled regular expression. It matches one text at a time, so no two threads may share it.
public final class RegularExpression {
    /// The longest pattern that is compiled, in UTF-8 bytes.
    public static let maximumPatternBytes = 1_000
    /// How many times ICU may count 10,000 steps in one text: a few milliseconds. Steps and not time end a match, so that
    /// it ends the same way on every machine.
    private static let maximumTicks: Int32 = 10
    private static let maximumStackBytes: Int32 = 1 << 20

    private let handle: OpaquePointer

    /// Compiles a pattern.
    public init(_ pattern: String) throws(ICUError) {
        guard pattern.utf8.count <= Self.maximumPatternBytes else {
            throw .badExpression(code: "longer than \(Self.maximumPatternBytes) bytes", place: nil)
        }
        let units = Array(pattern.utf16)
        var place: Int32 = -1
        var status = U_ZERO_ERROR
        let opened = gh_icu_regex_open(units, Int32(units.count), &place, &status)
        guard let opened, status.isSuccess else {
            if let opened { gh_icu_regex_close(opened) }
            throw .badExpression(
                code: String(cString: gh_icu_error_name(status)), place: place > 0 ? Int(place) : nil)
        }
        handle = opened
        gh_icu_regex_limit(handle, Self.maximumTicks, Self.maximumStackBytes, &status)
        guard status.isSuccess else { throw ICUError(status) }
    }

    deinit { gh_icu_regex_close(handle) }

    /// Whether it matches anywhere in a text.
    public func matches(in text: String) throws(ICUError) -> Bool {
        let units = Array(text.utf16)
        var status = U_ZERO_ERROR
        let isFound = gh_icu_regex_find(handle, units, Int32(units.count), &status) != 0
        switch status {
        case U_REGEX_TIME_OUT, U_REGEX_STACK_OVERFLOW: throw .expressionTooSlow
        case _ where status.isSuccess: return isFound
        default: throw ICUError(status)
        }
    }
}
