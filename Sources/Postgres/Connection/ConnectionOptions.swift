import CPostgres

/// Where to connect, and how every session behaves. What the conninfo itself says wins.
public struct ConnectionOptions: Sendable {
    /// A libpq URL or conninfo; several hosts with `target_session_attrs=read-write` follow a failover.
    public var conninfo: String
    /// Shown in `pg_stat_activity`.
    public var applicationName = "gatehouse"
    /// How long a statement may run, in milliseconds; 0 is without a limit.
    public var statementTimeout = 5_000
    /// How long a statement may wait for a lock, in milliseconds.
    public var lockTimeout = 1_000
    /// How long a transaction may idle before the server ends it, in milliseconds.
    public var idleInTransactionTimeout = 10_000
    /// How long one host may take to let us in, in seconds; libpq's least is 2.
    public var connectTimeout = 3
    /// The schemas to search, instead of the role's own setting.
    public var searchPath: String?

    /// Options with the defaults above.
    public init(conninfo: String) {
        self.conninfo = conninfo
    }

    /// The parameters for `PQconnectdbParams`: ours, overridden and extended by those of the conninfo.
    func parameters() throws(PostgresError) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = [
            ("application_name", applicationName), ("client_encoding", "UTF8"),
            ("connect_timeout", String(connectTimeout)), ("keepalives", "1"), ("keepalives_idle", "10"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "10000"),
            ("options", settings),
        ]
        for given in try Self.parse(conninfo) where given.name != "client_encoding" {
            guard let index = parameters.firstIndex(where: { $0.name == given.name }) else {
                parameters.append(given)
                continue
            }
            // Later `-c` settings override earlier ones, so the caller's come last.
            parameters[index].value = given.name == "options" ? "\(settings) \(given.value)" : given.value
        }
        return parameters
    }

    private var settings: String {
        var settings = [
            "statement_timeout=\(statementTimeout)", "lock_timeout=\(lockTimeout)",
            "idle_in_transaction_session_timeout=\(idleInTransactionTimeout)", "client_min_messages=warning",
            "TimeZone=UTC",
        ]
        if let searchPath { settings.append("search_path=\(Self.escape(searchPath))") }
        return settings.map { "-c \($0)" }.joined(separator: " ")
    }

    /// In `options` a space separates and a backslash escapes.
    private static func escape(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            if character == " " || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }

    private static func parse(_ conninfo: String) throws(PostgresError) -> [(name: String, value: String)] {
        var message: UnsafeMutablePointer<CChar>?
        guard !conninfo.utf8.contains(0), let options = PQconninfoParse(conninfo, &message) else {
            // libpq's words may quote a password: they are not repeated.
            PQfreemem(message)
            throw PostgresError(.connectionFailed, "the connection string is malformed")
        }
        defer { PQconninfoFree(options) }
        var given: [(name: String, value: String)] = []
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                given.append((String(cString: keyword), String(cString: value)))
            }
            next += 1
        }
        return given
    }

    /// Connects and waits for it, at most `connectTimeout` for each host.
    func open() throws(PostgresError) -> OpaquePointer {
        let parameters = try parameters()
        let names = CStrings(parameters.map(\.name))
        let values = CStrings(parameters.map(\.value))
        let handle = names.withConstPointer { names in
            values.withConstPointer { values in PQconnectdbParams(names, values, 0) }
        }
        guard let handle else { throw PostgresError(.connectionFailed, "out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw PostgresError(.connectionFailed, PostgresError.words(of: handle))
        }
        // Warnings go to the server's log; printed, they would mix with our own output.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        return handle
    }
}
