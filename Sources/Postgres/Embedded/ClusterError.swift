/// Why the embedded cluster cannot run, in a sentence that says what to do.
public struct ClusterError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Equatable {
        /// PostgreSQL, or `setpriv`, is not installed.
        case missingBinaries
        /// The data was made by a major version that is not installed.
        case versionMismatch
        /// The directory holds something that is not ours.
        case foreignDirectory
        /// Another server uses the directory.
        case locked(processID: Int32?)
        /// The file system is full.
        case diskFull
        /// The directory cannot be written, or the `postgres` user cannot reach it.
        case notAccessible
        /// PostgreSQL did not start, or did not become ready in time.
        case startFailed
        /// `stop` was called before it was ready.
        case stopped
    }

    /// The kind of failure.
    public let kind: Kind
    /// What happened, where, and what to do.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
