public import Connectors
public import Engine
public import HTTPServer
import Locks
public import Observability
public import Postgres

/// What the endpoints work with.
public final class Service: Sendable {
    /// What `/version` tells of the program.
    public struct Program: Sendable {
        /// The program's version.
        public let version: String
        /// Names and versions of the libraries below it.
        public let libraries: [(name: String, version: String)]

        /// A program of that version on those libraries.
        public init(version: String, libraries: [(name: String, version: String)]) {
            self.version = version
            self.libraries = libraries
        }
    }

    let program: Program
    let pool: Pool
    let tokens: TokenDirectory
    let decisions: Decisions
    let admit: Admit
    /// Who was not let on, of those who ask again and again.
    let refusals: RefusalBook
    /// Where deployers outside are answered.
    let desk = DecisionDesk()
    let clock: ServiceClock
    let failures: FailureLog
    let readiness: Readiness
    let log: Log
    /// How many others must agree to an adjustment that opens gates.
    let calendarApprovals: Int
    /// What Warehouses look through.
    let connections: Connections
    /// Who may hint at something new without a token.
    let hooks: HookReceivers
    /// What tells receivers what happens, if anything does.
    let notifications: NotificationLoop?
    /// What every answer says besides.
    public let remarks: Remarks
    /// What monitoring is told of Warehouses.
    public let warehouseFailures: WarehouseFailures
    let peekMemories: [PeekMemory] = (0..<Sharding.count).map { _ in PeekMemory() }
    /// What seals the log here; nothing in a program without one.
    let sealer: Sealer?
    private let serving = Guarded<HTTPServer?>(nil)

    /// A service on these parts.
    public init(
        program: Program, pool: Pool, tokens: TokenDirectory, decisions: Decisions, clock: ServiceClock,
        readiness: Readiness, log: Log, connections: Connections, calendarApprovals: Int = 1,
        hooks: HookReceivers = HookReceivers(), sealer: Sealer? = nil, notifications: NotificationLoop? = nil
    ) {
        self.program = program
        self.pool = pool
        self.tokens = tokens
        self.decisions = decisions
        admit = Admit(decisions)
        refusals = RefusalBook(pool)
        self.clock = clock
        self.readiness = readiness
        self.log = log
        self.calendarApprovals = calendarApprovals
        self.connections = connections
        warehouseFailures = WarehouseFailures(decisions)
        self.hooks = hooks
        self.sealer = sealer
        self.notifications = notifications
        remarks = Remarks(isDrill: clock.isDrill)
        failures = FailureLog(pool: pool, clock: clock, decisions: decisions)
    }

    /// The server whose counts `/metrics` shows; it is made after its routes.
    public var server: HTTPServer? {
        get { serving.withLock { $0 } }
        set { serving.withLock { $0 = newValue } }
    }
}
