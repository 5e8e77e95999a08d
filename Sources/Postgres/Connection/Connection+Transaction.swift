import CPostgres

/// How far a transaction is kept apart from others.
public enum Isolation: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see one snapshot.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with 40001.
    case serializable = "SERIALIZABLE"
}

extension Connection {
    // What changes something finds it by its key, so one plan serves for whatever it is asked with; made anew each time,
    // plans are a sixth of what a promotion costs PostgreSQL. Searches are only read: they keep the choice.
    private static let planOnce = "; SET LOCAL plan_cache_mode = force_generic_plan"

    /// Runs the body in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// A connection that breaks during COMMIT gives `outcomeUnknown`: whether it happened, only the data can tell.
    public func transaction<Value>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        _ body: (borrowing Connection) throws -> Value
    ) throws -> Value {
        guard PQtransactionStatus(handle) == PQTRANS_IDLE else {
            throw PostgresError(
                PQstatus(handle) == CONNECTION_BAD ? .connectionLost : .misuse,
                "a transaction was begun on a connection that is not idle")
        }
        _ = try simple("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : Self.planOnce)")
        state.isReadOnly = readOnly
        defer { state.isReadOnly = false }
        let value: Value
        do {
            value = try body(self)
        } catch {
            settle()
            throw error
        }
        try commit()
        return value
    }

    private func commit() throws(PostgresError) {
        let rows: Rows
        do throws(PostgresError) {
            rows = try simple("COMMIT")
        } catch  where error.isConnection {
            throw PostgresError(.outcomeUnknown, error.message, sqlState: error.sqlState, detail: error.detail)
        }
        // COMMIT of a transaction that failed answers ROLLBACK, and calls it success.
        guard rows.tag == "COMMIT" else {
            throw PostgresError(
                .server(sqlState: "25P02"), "a statement failed, its error was swallowed: nothing was committed",
                sqlState: "25P02")
        }
    }
}
