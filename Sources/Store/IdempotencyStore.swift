public import Identity
public import Postgres
public import Time

/// The answers that keys got, so that a request sent twice acts once.
public enum IdempotencyStore {
    /// An answer as it was first given.
    public struct Answer: Sendable {
        /// The HTTP status.
        public let status: Int
        /// The `Location` header.
        public let location: String?
        /// The body.
        public let body: [UInt8]

        /// An answer to keep.
        public init(status: Int, location: String?, body: [UInt8]) {
            self.status = status
            self.location = location
            self.body = body
        }
    }

    /// What a key leads to.
    public enum Finding: Sendable {
        /// Nothing yet; from here on the key is held by this transaction.
        case fresh
        /// The answer to the same request.
        case answered(Answer)
        /// The key was used for another request.
        case otherRequest
    }

    /// A key, and the request that it stands for.
    public struct Key: Sendable {
        let subject: Int64
        let targetHash: [UInt8]
        let text: String
        let requestHash: [UInt8]

        /// A subject's key for a request: by a hash of where it goes, and one of what it says.
        public init(subject: Subject, targetHash: [UInt8], text: String, requestHash: [UInt8]) {
            self.subject = subject.id
            self.targetHash = targetHash
            self.text = text
            self.requestHash = requestHash
        }
    }

    private static let take = Statement(
        """
        insert into idempotency_keys (subject, target_hash, key, request_hash, created_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing
        """)
    private static let read = Statement(
        """
        select request_hash = $4, status, location, answer from idempotency_keys
        where subject = $1 and target_hash = $2 and key = $3
        """)
    private static let write = Statement(
        """
        update idempotency_keys set status = $4, location = $5, answer = $6
        where subject = $1 and target_hash = $2 and key = $3
        """)
    private static let forget = Statement("delete from idempotency_keys where created_at < $1")

    /// Takes a key for this transaction; waits while another transaction holds it.
    public static func take(
        _ key: Key, at: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Finding {
        let taken = try connection.execute(
            take, [.int(key.subject), .bytes(key.targetHash), .text(key.text), .bytes(key.requestHash), .instant(at)])
        guard taken.affected == 0 else { return .fresh }
        let found = try connection.execute(
            read, [.int(key.subject), .bytes(key.targetHash), .text(key.text), .bytes(key.requestHash)]
        ).first { (row) throws(PostgresError) -> Finding in
            guard try row.bool(0) else { return .otherRequest }
            guard let status = try row.intOrNil(1) else {
                throw PostgresError.unexpected("a key without an answer was committed")
            }
            return .answered(
                Answer(status: Int(status), location: try row.textOrNil(2), body: try row.bytesOrNil(3) ?? []))
        }
        guard let found else { throw PostgresError.unexpected("an idempotency key vanished while it was read") }
        return found
    }

    /// Keeps the answer beside the key that this transaction took.
    public static func keep(_ answer: Answer, for key: Key, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(
            write,
            [
                .int(key.subject), .bytes(key.targetHash), .text(key.text), .int(Int64(answer.status)),
                .textOrNull(answer.location),
                .bytes(answer.body),
            ])
    }

    /// Forgets keys older than that.
    public static func forget(before: Instant, _ connection: borrowing Connection) throws(PostgresError) {
        _ = try connection.execute(forget, [.instant(before)])
    }
}
