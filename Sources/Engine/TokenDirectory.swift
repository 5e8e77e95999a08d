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

        /// Notes a use; nothing if it may go on, otherwise how long to wait.
        public func use(at now: Instant, monotonic: MonotonicTime) -> TimeSpan? {
            usage.lastUse.store(now.microseconds, ordering: .relaxed)
            return usage.meter.pass(at: monotonic)
        }
    }

    private let pool: Pool
    private let ratePerSecond: Int
    // Changes that were heard of, and how many of them the table in memory has.
    private let asked = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    // By the first eight bytes of the hash: which of them exists is no secret that timing could tell.
    private let entries = Guarded(Newest<[UInt64: Entry]>([:]))

    /// A directory that is empty until it is loaded.
    public init(pool: Pool, ratePerSecond: Int) {
        self.pool = pool
        self.ratePerSecond = ratePerSecond
    }

    /// Whether the table was read after the last change that was heard of.
    public var isCurrent: Bool {
        done.load(ordering: .acquiring) >= asked.load(ordering: .acquiring)
    }

    /// Notes a change that was heard of: from this moment on what is in memory is not current, until it is read again.
    public func noteChange() {
        asked.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    /// Reads the table again, and again until that succeeds.
    public func catchUp() async {
        let number = asked.load(ordering: .acquiring)
        while done.load(ordering: .acquiring) < number {
            do {
                try await reload()
            } catch {
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
            }
        }
    }

    /// Reads the table again after a change of our own, which is done already: a failure is made up for later.
    public func refresh() async {
        do {
            try await reload()
        } catch {
            noteChange()
            Task { await catchUp() }
        }
    }

    /// Reads the table again. Tokens that stay keep their meters.
    public func reload() async throws {
        let number = asked.load(ordering: .acquiring)
        let reading = entries.withLock { $0.begin() }
        let all = try await pool.withConnection { try TokenStore.all($0) }
        entries.withLock { entries in
            let known = Dictionary(entries.value.values.map { ($0.token.id, $0.usage) }) { first, _ in first }
            var fresh: [UInt64: Entry] = [:]
            for hashed in all {
                let usage = known[hashed.token.id] ?? Usage(ratePerSecond: ratePerSecond)
                fresh[Self.key(hashed.hash)] = Entry(hashed, usage: usage)
            }
            entries.end(reading, with: fresh)
        }
        var before = done.load(ordering: .acquiring)
        while before < number {
            let (exchanged, original) = done.compareExchange(
                expected: before, desired: number, ordering: .acquiringAndReleasing)
            if exchanged { return }
            before = original
        }
    }

    /// The token with this secret, whether or not it has expired.
    public func find(_ secret: TokenSecret) -> Entry? {
        let hash = secret.hash
        let key = Self.key(hash)
        // The lock is held only to take the table: looking up in it is done outside.
        let entries = entries.withLock { $0.value }
        guard let entry = entries[key], constantTimeEqual(entry.hash, hash) else { return nil }
        return entry
    }

    /// The token with this secret, by the table itself: for when the memory may be out of date.
    public func ask(_ secret: TokenSecret) async throws -> Entry? {
        let hash = secret.hash
        guard let hashed = try await pool.withConnection({ try TokenStore.token(hash: hash, $0) }) else { return nil }
        let known = entries.withLock { $0.value[Self.key(hash)] }
        return Entry(hashed, usage: known?.usage ?? Usage(ratePerSecond: ratePerSecond))
    }

    /// How many tokens are valid, expired ones included.
    public var count: Int { entries.withLock { $0.value.count } }

    /// Writes down when tokens were used since the last time.
    public func writeUses() async throws {
        let uses = entries.withLock { $0.value }.values.compactMap { entry -> (String, Instant)? in
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
