import Time

/// The pool's decisions, without a lock, thread or socket.
struct PoolState {
    /// What became of a caller.
    enum Admission {
        case queued(wake: Doorbell?, needsSweep: Bool)
        case refused(PostgresError)
    }

    /// What a session does next.
    enum Turn {
        case serve(any Request)
        case idle
        case reconnect
        case stop
    }

    var sessions: [Session] = []
    var lastClockReading: ClockReading?
    private(set) var isStopping = false
    /// Which sessions are to be trusted: those made since it was raised.
    private(set) var generation: UInt64 = 0
    private var distrusted: MonotonicTime?
    private var waiting = Queue<any Request>()
    private var idle: [Session] = []
    private var connectedCount = 0
    private var everConnected = 0
    private var lastFailure: PostgresError?
    private var isSweepScheduled = false
    private var counts = PoolStatistics()

    /// Nothing is connected and the last attempt failed: waiting would only delay the bad news.
    var unreachable: PostgresError? { connectedCount == 0 ? lastFailure : nil }

    var statistics: PoolStatistics {
        var result = counts
        result.waiting = waiting.count
        result.idle = idle.count
        result.inUse = max(0, connectedCount - idle.count)
        return result
    }

    mutating func submit(_ request: any Request, waitersMax: Int) -> Admission {
        if isStopping { return .refused(PostgresError(.shutDown, "the pool is shut down")) }
        if let unreachable { return .refused(unreachable) }
        guard waiting.count < waitersMax else {
            return .refused(PostgresError(.poolExhausted, "\(waiting.count) callers wait already"))
        }
        waiting.append(request)
        return queued()
    }

    /// A caller whose session turned out to be broken keeps its place; another session may take it.
    mutating func putBack(_ request: any Request) -> Admission {
        if isStopping { return .refused(PostgresError(.shutDown, "the pool is shut down")) }
        waiting.prepend(request)
        return queued()
    }

    private mutating func queued() -> Admission {
        defer { isSweepScheduled = true }
        return .queued(wake: idle.popLast()?.bell, needsSweep: !isSweepScheduled)
    }

    mutating func remove(_ id: UInt64) -> (any Request)? {
        waiting.removeFirst { $0.id == id }
    }

    /// Those whose time is up, and when to look again.
    mutating func expire(at now: MonotonicTime) -> (expired: [any Request], next: MonotonicTime?) {
        var expired: [any Request] = []
        while let first = waiting.first, first.deadline <= now {
            if let request = waiting.popFirst() { expired.append(request) }
        }
        isSweepScheduled = waiting.first != nil
        return (expired, waiting.first?.deadline)
    }

    mutating func next(for session: Session, _ generation: UInt64) -> Turn {
        if isStopping { return .stop }
        if generation < self.generation { return .reconnect }
        if let request = waiting.popFirst() { return .serve(request) }
        if !idle.contains(where: { $0 === session }) { idle.append(session) }
        return .idle
    }

    /// Sessions made before now are made again; at most once a second, lest a lasting standby make for a storm.
    mutating func distrustSessions(at now: MonotonicTime) -> [Doorbell] {
        if let distrusted, now - distrusted < .seconds(1) { return [] }
        distrusted = now
        generation += 1
        return sessions.map(\.bell)
    }

    mutating func leaveIdle(_ session: Session) -> Bool {
        guard let index = idle.firstIndex(where: { $0 === session }) else { return false }
        idle.remove(at: index)
        return true
    }

    mutating func connected() {
        connectedCount += 1
        everConnected += 1
        lastFailure = nil
        if everConnected > sessions.count { counts.reconnects += 1 }
    }

    mutating func disconnected(_ session: Session) {
        connectedCount -= 1
        // What failed while others were connected says nothing of the attempt that comes now.
        if connectedCount == 0 { lastFailure = nil }
        _ = leaveIdle(session)
    }

    /// Those who waited for a connection that cannot be made.
    mutating func failedToConnect(_ error: PostgresError) -> [any Request] {
        lastFailure = error
        counts.failedConnects += 1
        return connectedCount == 0 ? waiting.removeAll() : []
    }

    mutating func stop() -> (waiting: [any Request], sessions: [Session]) {
        isStopping = true
        return (waiting.removeAll(), sessions)
    }

    /// True for the last.
    mutating func ended(_ session: Session) -> Bool {
        sessions.removeAll { $0 === session }
        return sessions.isEmpty
    }
}
