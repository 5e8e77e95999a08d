import Locks
import Postgres
import Synchronization

/// What the database holds of something, in memory, so that asking for it costs no query. Notifications keep it equal.
///
/// Each thread that serves has a copy of its own: a lock, or a count of references, that all of them share would cost
/// more than the asking.
public final class Mirror<Value: Sendable>: Sendable {
    private let read: @Sendable (Value) async throws -> @Sendable (Value) -> Value
    // Changes that were heard of, and how many of them the value in memory has.
    private let asked = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    private let copy: @Sendable (Value) -> Value
    private let newest: Guarded<Newest<Value>>
    // How often another value was shown: a place that has an older one takes a copy when it is asked.
    private let shown = Atomic<Int>(0)
    private let readings = Guarded(Readings())
    private let places: [Place]

    private final class Place: Sendable {
        let copy: Guarded<(value: Value, shown: Int)>

        init(_ value: Value) {
            copy = Guarded((value, 0))
        }
    }

    /// The reading that began last, and the one that is to begin when it has ended.
    private struct Readings {
        var last: Task<Void, any Error>?
        var next: Task<Void, any Error>?
    }

    /// A mirror that shows `value` until it is loaded. `read` asks the database, and gives what makes the next value of
    /// the one that is shown by then; what it is given may be older. `copy` makes one that shares no references.
    init(
        _ value: Value, copy: @escaping @Sendable (Value) -> Value = { $0 },
        read: @escaping @Sendable (Value) async throws -> @Sendable (Value) -> Value
    ) {
        self.read = read
        self.copy = copy
        newest = Guarded(Newest(value))
        places = (0..<Sharding.count).map { _ in Place(value) }
    }

    /// What was read last.
    public var value: Value { look { $0 } }

    /// Looks at what was read last, where it stands.
    public func look<Result: Sendable>(_ body: (Value) -> Result) -> Result {
        let shown = shown.load(ordering: .acquiring)
        return places[Sharding.place].copy.withLock { place in
            if place.shown < shown { place = (copy(newest.withLock { $0.value }), shown) }
            return body(place.value)
        }
    }

    /// Whether that was after the last change that was heard of.
    public var isCurrent: Bool {
        done.load(ordering: .acquiring) >= asked.load(ordering: .acquiring)
    }

    /// Notes a change that was heard of: from this moment on what is in memory is not current, until it is read again.
    public func noteChange() {
        asked.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    /// Notes a change, and reads again in a task of its own.
    public func hearOfChange() {
        noteChange()
        Task { await catchUp() }
    }

    /// Reads again, and again until that succeeds.
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

    /// Reads again after a change of our own, which is done already: a failure is made up for later.
    public func refresh() async {
        do {
            try await reload()
        } catch {
            hearOfChange()
        }
    }

    /// Reads again. Those who ask while a reading is under way share the next one: it begins after each of them asked.
    public func reload() async throws {
        let reading = readings.withLock { readings in
            if let next = readings.next { return next }
            let reading = Task { [last = readings.last] in
                _ = await last?.result
                self.readings.withLock { ($0.last, $0.next) = ($0.next, nil) }
                try await self.readOnce()
            }
            readings.next = reading
            return reading
        }
        try await reading.value
    }

    private func readOnce() async throws {
        let number = asked.load(ordering: .acquiring)
        let reading = newest.withLock { $0.begin() }
        let next = try await read(value)
        newest.withLock { newest in
            newest.end(reading, with: next(newest.value))
            shown.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
        var before = done.load(ordering: .acquiring)
        while before < number {
            let (exchanged, original) = done.compareExchange(
                expected: before, desired: number, ordering: .acquiringAndReleasing)
            if exchanged { return }
            before = original
        }
    }
}
