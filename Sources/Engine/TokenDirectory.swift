import Crypto
public import Identity
import Locks
public import Postgres
import Store
import Synchronization
public import Time

/// Every valid token in memory, so that proving who one is costs no query. Notifications keep it equal to the table.
public final class TokenDirectory: Sendable {
    /// How a token is used; it outlives what else is known of the token.
    fileprivate final class Usage: Sendable {
        let meter: RateMeter
        let lastUse = Atomic<Int64>(0)

        init(ratePerSecond: Int) {
            meter = RateMeter(perSecond: ratePerSecond)
        }

        /// Every thread reads this, so that it is written once a second, not with every use.
        func note(_ now: Instant) {
            guard now.microseconds - lastUse.load(ordering: .relaxed) >= 1_000_000 else { return }
            lastUse.store(now.microseconds, ordering: .relaxed)
        }
    }

    /// A token, and how it is used.
    public final class Entry: Sendable {
        /// The token.
        public let token: Token
        fileprivate let hash: [UInt8]
        fileprivate let usage: Usage

        fileprivate init(_ hashed: TokenStore.Hashed, usage: Usage) {
            token = hashed.token
            hash = hashed.hash
            self.usage = usage
        }

        /// The same, for another thread to count references to.
        fileprivate init(copying entry: Entry) {
            token = Token(copying: entry.token)
            hash = Array(entry.hash)
            usage = entry.usage
        }

        /// Notes a use; nothing if it may go on, otherwise how long to wait.
        public func use(at now: Instant, monotonic: MonotonicTime) -> TimeSpan? {
            usage.note(now)
            return usage.meter.pass(at: monotonic)
        }
    }

    private let pool: Pool
    private let ratePerSecond: Int
    /// By the first eight bytes of the hash: which of them exists is no secret that timing could tell.
    public let mirror: Mirror<[UInt64: Entry]>

    /// A directory that is empty until it is loaded.
    public init(pool: Pool, ratePerSecond: Int) {
        self.pool = pool
        self.ratePerSecond = ratePerSecond
        mirror = Mirror([:], copy: { $0.mapValues(Entry.init(copying:)) }) { _ in
            let all = try await pool.withConnection { try TokenStore.all($0) }
            return { Self.entries(all, known: $0, ratePerSecond: ratePerSecond) }
        }
    }

    /// Tokens that stay keep their meters.
    private static func entries(
        _ all: [TokenStore.Hashed], known: [UInt64: Entry], ratePerSecond: Int
    ) -> [UInt64: Entry] {
        let usages = Dictionary(known.values.map { ($0.token.id, $0.usage) }) { first, _ in first }
        var fresh: [UInt64: Entry] = [:]
        for hashed in all {
            let usage = usages[hashed.token.id] ?? Usage(ratePerSecond: ratePerSecond)
            fresh[key(hashed.hash)] = Entry(hashed, usage: usage)
        }
        return fresh
    }

    /// The token whose secret has this hash, whether or not it has expired.
    public func find(hash: [UInt8]) -> Entry? {
        let key = Self.key(hash)
        guard let entry = mirror.look({ $0[key] }), constantTimeEqual(entry.hash, hash) else { return nil }
        return entry
    }

    /// The token whose secret has this hash, by the table itself: for when the memory may be out of date.
    public func ask(hash: [UInt8]) async throws -> Entry? {
        guard let hashed = try await pool.withConnection({ try TokenStore.token(hash: hash, $0) }) else { return nil }
        let known = mirror.value[Self.key(hash)]
        return Entry(hashed, usage: known?.usage ?? Usage(ratePerSecond: ratePerSecond))
    }

    /// How many tokens are valid, expired ones included.
    public var count: Int { mirror.value.count }

    /// Writes down when tokens were used since the last time.
    public func writeUses() async throws {
        let uses = mirror.value.values.compactMap { entry -> (String, Instant)? in
            let microseconds = entry.usage.lastUse.exchange(0, ordering: .relaxed)
            return microseconds == 0 ? nil : (entry.token.id, Instant(microseconds: microseconds))
        }
        guard !uses.isEmpty else { return }
        try await pool.withConnection { try TokenStore.touch(uses, $0) }
    }

    private static func key(_ hash: [UInt8]) -> UInt64 {
        hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
