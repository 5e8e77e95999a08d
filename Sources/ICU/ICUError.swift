import CICU

/// Why ICU could not do its work.
public enum ICUError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name has more bytes than any name may have.
    case nameTooLong(limit: Int)

    /// ICU refused; the code is its own name for the reason.
    case failed(code: String)

    /// ICU has no data for a zone; asked for one, it would answer with another: Greenwich.
    case noSuchZone(String)

    /// A regular expression cannot be read; the place is a character's, from 1.
    case badExpression(code: String, place: Int?)

    /// A regular expression needs more steps for a text than it may take.
    case expressionTooSlow

    /// The reason, for a person.
    public var description: String {
        switch self {
        case .nameTooLong(let limit): "The name is longer than \(limit) bytes; use a shorter one."
        case .failed(let code): "The Unicode library failed with \(code); check that libicu's data is installed."
        case .noSuchZone(let name): "The Unicode library has no rules for the time zone '\(name)'."
        case .badExpression(let code, let place):
            "The regular expression cannot be read\(place.map { " at its character \($0)" } ?? "") (\(code))."
        case .expressionTooSlow:
            "The regular expression takes too many steps; avoid a repetition within a repetition, such as (a+)+."
        }
    }

    init(_ status: UErrorCode) {
        self = .failed(code: String(cString: gh_icu_error_name(status)))
    }
}
