/// What went wrong between us and the database.
///
/// `description` names the kind and the SQLSTATE only, so that it can stand in any log or answer; the server's own
/// words, which may quote values, are in `debugDescription` (`String(reflecting:)`).
public struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The kinds of failure, by what a caller can do about them.
    public enum Kind: Sendable, Equatable {
        /// No connection could be made; nothing was sent.
        case connectionFailed
        /// The connection broke. Inside a transaction nothing was committed; a single statement may have been.
        case connectionLost
        /// The connection broke during COMMIT: it may have happened or not, and only the data can tell.
        case outcomeUnknown
        /// No session became free in time, or too many callers wait already; nothing was sent.
        case poolExhausted
        /// The pool is shut down; nothing was sent.
        case shutDown
        /// The server refused; `sqlState` tells why.
        case server(sqlState: String)
        /// A result is not of the type that was asked for.
        case decoding
        /// A parameter cannot be sent, such as text that contains NUL.
        case invalidParameter
        /// The call was wrong, such as a transaction inside a transaction.
        case misuse
    }

    /// The kind of failure.
    public let kind: Kind
    /// The server's five-letter code, if it sent one.
    public let sqlState: String?
    /// The violated constraint, if it is one.
    public let constraint: String?
    /// The server's or libpq's words. May quote values: for debugging only.
    public let message: String
    /// The server's detail, hint and context. May quote values.
    public let detail: String?
    /// The statement's text, without its parameters.
    public let statement: String?
    /// A prepared plan outlived a change of the schema; another try on a fresh connection succeeds.
    let isStalePlan: Bool

    init(
        _ kind: Kind, _ message: String, sqlState: String? = nil, constraint: String? = nil, detail: String? = nil,
        statement: String? = nil, isStalePlan: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.detail = detail
        self.statement = statement
        self.isStalePlan = isStalePlan
    }

    /// The kind and the SQLSTATE, without any value.
    public var description: String {
        let words =
            switch kind {
            case .connectionFailed: "the database cannot be reached"
            case .connectionLost: "the connection to the database broke"
            case .outcomeUnknown: "the connection to the database broke during COMMIT"
            case .poolExhausted: "no database connection became free in time"
            case .shutDown: "the database connections are shut down"
            case .server: "the database refused"
            case .decoding: "a result has another type than expected"
            case .invalidParameter: "a parameter cannot be sent to the database"
            case .misuse: "the database connection was misused"
            }
        return sqlState.map { "\(words) (SQLSTATE \($0))" } ?? words
    }

    /// Everything that is known, for logs that only operators read.
    public var debugDescription: String {
        var parts = ["\(description): \(message)"]
        if let detail { parts.append(detail) }
        if let constraint { parts.append("constraint \(constraint)") }
        if let statement { parts.append("statement: \(statement)") }
        return parts.joined(separator: "; ")
    }
}

extension PostgresError {
    /// The same transaction can succeed when it is run again: serialization failure, deadlock, stale plan.
    public var isRetryable: Bool {
        sqlState == "40001" || sqlState == "40P01" || isStalePlan
    }

    /// Nothing was committed, and the same transaction can succeed on another session: also when this one broke before
    /// COMMIT, or belongs to a server that has become a standby.
    func isWorthAnotherSession(readOnly: Bool) -> Bool {
        isRetryable || kind == .connectionLost || (sqlState == "25006" && !readOnly)
    }

    /// A row with that key exists.
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// The connection is at fault, not the statement.
    public var isConnection: Bool {
        switch kind {
        case .connectionFailed, .connectionLost, .outcomeUnknown: true
        default: sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("57P") } ?? false
        }
    }

    /// The statement ran into `statement_timeout`, `lock_timeout` or a limit on idle transactions.
    public var isTimeout: Bool {
        sqlState == "57014" || sqlState == "55P03" || sqlState == "25P03"
    }

    /// The database cannot serve right now, whatever it is asked: an answer of 503, not a fault of the request.
    public var isUnavailable: Bool {
        switch kind {
        case .poolExhausted, .shutDown: true
        default: isConnection || (sqlState?.hasPrefix("53") ?? false)
        }
    }
}
