/// Where an embedded cluster lives and how it runs.
public struct ClusterOptions: Sendable {
    /// The directory that holds `postgres/`, `run/`, `lock` and `postgres.log`; made if it is missing.
    public var directory: String
    /// Names in the directory that belong to the service and do not make it foreign.
    public var ownNames: Set<String> = ["admin.token", "audit.checkpoint", "audit.key"]
    /// More settings of PostgreSQL, which win over ours.
    public var settings: [String: String] = [:]
    /// Where to look for PostgreSQL: folders that hold `N/bin`.
    public var installations = ["/usr/lib/postgresql"]
    /// Where else to look: a list of folders like `$PATH`; nil takes the environment's.
    public var path: String?
    /// How long the first start may take, recovery after a crash included, in milliseconds.
    public var startLimit = 120_000
    /// How long a fast shutdown may take before it becomes an immediate one, in milliseconds.
    public var stopLimit = 10_000
    /// Where `postgres.log` is turned over, in bytes; one older file is kept.
    public var logBytesMax = 4 << 20

    /// A cluster in that directory, with the defaults.
    public init(directory: String) {
        self.directory = directory
    }

    /// Durable, small, quick to start, deaf to the network. Errors are logged without the rows they quote.
    static let defaults: [String: String] = [
        "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "50", "shared_buffers": "64MB",
        // Tables that begin empty grow fast, and what waits in them comes and goes: plans and pages are to follow.
        "autovacuum_naptime": "5s", "random_page_cost": "1.1",
        "huge_pages": "off", "jit": "off", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
        "max_wal_size": "512MB", "log_destination": "stderr", "logging_collector": "off",
        "log_line_prefix": "%m [%p] ", "log_timezone": "UTC", "log_checkpoints": "off",
        "log_error_verbosity": "terse", "timezone": "UTC",
    ]
}
