public import Postgres
import Synchronization
public import Time

/// Whether the server can do its work, and what does not go as it should.
public final class Readiness: Sendable {
    /// Something that does not keep the server from working, but somebody should know of.
    public struct Finding: Sendable, Equatable {
        /// A stable code.
        public let code: String
        /// One sentence for a person.
        public let detail: String
    }

    /// What the server is doing.
    public enum Phase: UInt8, Sendable {
        /// It has begun.
        case starting
        /// It serves.
        case serving
        /// It is about to end.
        case draining

        /// The phase in a word.
        public var word: String {
            switch self {
            case .starting: "starting"
            case .serving: "serving"
            case .draining: "draining"
            }
        }
    }

    private let phase = Atomic<UInt8>(Phase.starting.rawValue)
    private let pool: Pool
    private let listener: Listener
    private let clock: ServiceClock

    /// Readiness by what a server depends on.
    public init(pool: Pool, listener: Listener, clock: ServiceClock) {
        self.pool = pool
        self.listener = listener
        self.clock = clock
    }

    /// Goes on to another phase.
    public func enter(_ phase: Phase) {
        self.phase.store(phase.rawValue, ordering: .relaxed)
    }

    /// What the server is doing.
    public var currentPhase: Phase { Phase(rawValue: phase.load(ordering: .relaxed)) ?? .starting }

    /// Whether the database can be reached.
    public var hasDatabase: Bool { pool.unreachable == nil }

    /// Whether changes made elsewhere are heard of: only then is what is kept in memory to be trusted.
    public var hearsChanges: Bool { hearsChanges(at: .now()) }

    /// Whether they are heard of, by a reading of the clock just made.
    public func hearsChanges(at now: MonotonicTime) -> Bool { listener.isFresh(within: .seconds(2), at: now) }

    /// Whether requests should come here.
    public var isReady: Bool { currentPhase == .serving && hasDatabase }

    /// What does not go as it should.
    public var findings: [Finding] {
        var findings: [Finding] = []
        if !hasDatabase {
            findings.append(Finding(code: "store.unavailable", detail: "the database cannot be reached"))
        }
        if !hearsChanges {
            findings.append(Finding(code: "store.stale", detail: "nothing was heard of the database's changes for 2 s"))
        }
        if clock.isSkewed {
            findings.append(
                Finding(
                    code: "clock.skew",
                    detail: "this machine's clock is \(clock.skew.microseconds / 1_000) ms off the database's"))
        }
        return findings
    }
}
