import Time

/// A caller that waits for a session, and what it wants to do there. Exactly one of `run` and `refuse` is called, once.
protocol Request: AnyObject, Sendable {
    var id: UInt64 { get }
    /// When it gives up waiting.
    var deadline: MonotonicTime { get }

    func run(on connection: borrowing Connection)
    func refuse(_ error: any Error)
}

final class BodyRequest<Value: Sendable>: Request {
    let id: UInt64
    let deadline: MonotonicTime
    private let body: @Sendable (borrowing Connection) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>

    init(
        id: UInt64, deadline: MonotonicTime, continuation: CheckedContinuation<Value, any Error>,
        body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) {
        self.id = id
        self.deadline = deadline
        self.continuation = continuation
        self.body = body
    }

    func run(on connection: borrowing Connection) {
        // The session is put in order before the caller goes on, so that what it sees next is true.
        do {
            let value = try body(connection)
            connection.settle()
            continuation.resume(returning: value)
        } catch {
            connection.settle()
            continuation.resume(throwing: error)
        }
    }

    func refuse(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
