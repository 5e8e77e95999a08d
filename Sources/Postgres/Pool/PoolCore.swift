import Dispatch
import Locks
import Time

/// What sessions and callers share: who waits, who is idle, whether the server can be reached.
final class PoolCore: Sendable {
    let configuration: PoolConfiguration
    private let state = Guarded(PoolState())
    private let ending = Ending()
    private let timers = DispatchQueue(label: "postgres-pool")

    init(_ configuration: PoolConfiguration) {
        self.configuration = configuration
    }

    func deadline() -> MonotonicTime {
        .now() + .milliseconds(Int64(configuration.waitLimit))
    }

    // MARK: Callers

    func submit(_ request: any Request) {
        let waitersMax = configuration.waitersMax
        act(on: state.withLock { $0.submit(request, waitersMax: waitersMax) }, request)
    }

    private func act(on admission: PoolState.Admission, _ request: any Request) {
        switch admission {
        case .refused(let error): request.refuse(error)
        case .queued(let bell, let needsSweep):
            bell?.ring()
            if needsSweep { scheduleSweep(at: request.deadline) }
        }
    }

    func abandon(_ id: UInt64) {
        state.withLock { $0.remove(id) }?.refuse(CancellationError())
    }

    /// One timer for all: callers wait equally long, so the first in the queue is always the next to give up.
    private func scheduleSweep(at deadline: MonotonicTime) {
        let wait = max(0, (deadline - .now()).microseconds)
        timers.asyncAfter(deadline: .now() + .microseconds(Int(wait))) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let (expired, next) = state.withLock { $0.expire(at: .now()) }
        for request in expired {
            request.refuse(PostgresError(.poolExhausted, "no session became free in \(configuration.waitLimit) ms"))
        }
        if let next { scheduleSweep(at: next) }
    }

    // MARK: Sessions

    func add(_ session: Session) {
        state.withLock { $0.sessions.append(session) }
    }

    /// The next caller, if one waits; else the session is noted as idle.
    func next(for session: Session, _ generation: UInt64) -> PoolState.Turn {
        state.withLock { $0.next(for: session, generation) }
    }

    var generation: UInt64 { state.withLock { $0.generation } }

    /// A server has become a standby: the other sessions are with it too, and are made again before they fail callers.
    func distrustSessions() {
        for bell in state.withLock({ $0.distrustSessions(at: .now()) }) { bell.ring() }
    }

    /// Takes an idle session out of turn, to check it; false if a caller just woke it.
    func leaveIdle(_ session: Session) -> Bool {
        state.withLock { $0.leaveIdle(session) }
    }

    func putBack(_ request: any Request) {
        act(on: state.withLock { $0.putBack(request) }, request)
    }

    func connected(_ reading: ClockReading?) {
        let bells = state.withLock { state -> [Doorbell] in
            state.connected()
            if let reading { state.lastClockReading = reading }
            // Others may be waiting for their next attempt: the server is back now.
            return state.sessions.map(\.bell)
        }
        for bell in bells { bell.ring() }
    }

    func disconnected(_ session: Session) {
        state.withLock { $0.disconnected(session) }
    }

    func failedToConnect(_ error: PostgresError) {
        let refused = state.withLock { $0.failedToConnect(error) }
        for request in refused { request.refuse(error) }
    }

    func ended(_ session: Session) {
        if state.withLock({ $0.ended(session) }) { ending.come() }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: Watching

    /// Cuts sessions whose server went silent: a stopped server honours no time-out of its own.
    func startWatching() {
        guard configuration.connection.statementTimeout > 0 else { return }
        timers.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
            guard let self, !isStopping else { return }
            let limit = TimeSpan.milliseconds(
                Int64(configuration.connection.statementTimeout + configuration.silenceMargin))
            for session in state.withLock({ $0.sessions }) { session.cut(ifWaitingFor: limit) }
            startWatching()
        }
    }

    var statistics: PoolStatistics { state.withLock { $0.statistics } }
    var unreachable: PostgresError? { state.withLock { $0.unreachable } }
    var lastClockReading: ClockReading? { state.withLock { $0.lastClockReading } }

    func note(_ reading: ClockReading) {
        state.withLock { $0.lastClockReading = reading }
    }

    // MARK: Shutting down

    func beginShutdown() {
        let (waiting, sessions) = state.withLock { $0.stop() }
        for request in waiting { request.refuse(PostgresError(.shutDown, "the pool is shut down")) }
        for session in sessions { session.bell.ring() }
    }

    func cutAll() {
        for session in state.withLock({ $0.sessions }) { session.cut() }
    }

    /// Returns when no session runs anything: by itself, else cancelled after the grace, else cut half a second later.
    func drained() async {
        let grace = configuration.shutdownGrace
        timers.asyncAfter(deadline: .now() + .milliseconds(grace)) {
            for session in self.state.withLock({ $0.sessions }) { session.cancel() }
        }
        timers.asyncAfter(deadline: .now() + .milliseconds(grace + 500)) { self.cutAll() }
        await ending.wait()
    }
}
