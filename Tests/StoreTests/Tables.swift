import Dispatch
import Postgres
import PostgresTesting

@testable import Store

/// Lends a session with a database that has this program's tables, off the threads that tests share.
nonisolated(nonsending) func withTables<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing Connection) throws -> Value
) async throws -> Value {
    try await withDatabase { url in
        try await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result {
                        let connection = try Connection(conninfo: url)
                        _ = try Migrator().migrate(connection)
                        return try body(connection)
                    })
            }
        }.get()
    }
}
