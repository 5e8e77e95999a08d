import CPostgres
import Glibc

/// One session with the server. Blocks its thread; used by one thread at a time.
public struct Connection: ~Copyable {
    /// More than any program has in `static let`s; a bound for those made on the fly.
    private static let preparedMax = 500

    let handle: OpaquePointer
    let state: ConnectionState

    /// Connects, at most `connectTimeout` for each host.
    public init(_ options: ConnectionOptions) throws(PostgresError) {
        self.init(owning: try options.open())
    }

    /// Connects with the default options.
    public init(conninfo: String) throws(PostgresError) {
        try self.init(ConnectionOptions(conninfo: conninfo))
    }

    private init(owning handle: OpaquePointer) {
        self.handle = handle
        state = ConnectionState()
    }

    deinit { PQfinish(handle) }

    /// Runs one statement, prepared at its first use, and waits for the whole result.
    public func execute(_ statement: Statement, _ parameters: [Parameter] = []) throws(PostgresError) -> Rows {
        let parameters = try ParameterBuffer(parameters)
        state.activity.begin()
        defer { state.activity.end() }
        try prepare(statement, types: parameters.types)
        let result = parameters.withPointers { values, lengths, formats in
            PQexecPrepared(handle, statement.name, parameters.count, values, lengths, formats, 1)
        }
        return try check(result, statement.sql)
    }

    /// Runs one statement that is not kept: planned anew for its parameters, each time.
    public func execute(once sql: String, _ parameters: [Parameter] = []) throws(PostgresError) -> Rows {
        guard !sql.utf8.contains(0) else { throw PostgresError(.invalidParameter, "the statement contains NUL") }
        let parameters = try ParameterBuffer(parameters)
        state.activity.begin()
        defer { state.activity.end() }
        let result = parameters.types.withUnsafeBufferPointer { types in
            parameters.withPointers { values, lengths, formats in
                PQexecParams(handle, sql, parameters.count, types.baseAddress, values, lengths, formats, 1)
            }
        }
        return try check(result, sql)
    }

    /// Runs statements separated by semicolons, without parameters, as one implicit transaction.
    public func run(script: String) throws(PostgresError) {
        _ = try simple(script)
    }

    /// One round trip of the simple protocol.
    func simple(_ sql: String) throws(PostgresError) -> Rows {
        guard !sql.utf8.contains(0) else { throw PostgresError(.invalidParameter, "the statement contains NUL") }
        state.activity.begin()
        defer { state.activity.end() }
        return try check(PQexec(handle, sql), sql)
    }

    private func prepare(_ statement: Statement, types: [Oid]) throws(PostgresError) {
        guard !state.prepared.contains(statement.id) else { return }
        guard !statement.sql.utf8.contains(0) else {
            throw PostgresError(.invalidParameter, "the statement contains NUL")
        }
        if state.prepared.count >= Self.preparedMax {
            _ = try check(PQexec(handle, "DEALLOCATE ALL"), "DEALLOCATE ALL")
            state.prepared.removeAll()
        }
        let result = types.withUnsafeBufferPointer { types in
            PQprepare(handle, statement.name, statement.sql, Int32(types.count), types.baseAddress)
        }
        _ = try check(result, statement.sql)
        state.prepared.insert(statement.id)
    }

    private func check(_ result: OpaquePointer?, _ sql: String) throws(PostgresError) -> Rows {
        if let result {
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return Rows(owning: result)
            default: break
            }
        }
        defer { PQclear(result) }
        let error = PostgresError(result: result, on: handle, statement: sql)
        note(error)
        throw error
    }

    /// After some errors the session is of no more use.
    private func note(_ error: PostgresError) {
        if error.sqlState == "25006", !state.isReadOnly { state.isDemoted = true }
        if error.isConnection || error.isStalePlan || state.isDemoted || PQtransactionStatus(handle) == PQTRANS_ACTIVE {
            state.isBroken = true
        }
    }
}

/// What changes while a connection itself is only borrowed.
final class ConnectionState {
    var prepared: Set<UInt64> = []
    var isBroken = false
    /// Inside a transaction that may not write, because its caller said so.
    var isReadOnly = false
    /// The server refused a write that the caller was entitled to: it has become a standby.
    var isDemoted = false
    let activity = Activity()
}
