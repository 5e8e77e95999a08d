import Locks

/// The client went away, or the server is stopping: nothing more can be sent.
public struct StreamClosed: Error {}

/// The producer's end of an answer that is sent while it is made. It waits when the client reads more slowly.
public final class ResponseStream: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var sent = 0
        var isFinished = false
        var isAbandoned = false
        var reader: SuspendedConnection?
        var writers: [CheckedContinuation<Void, Never>] = []
    }

    /// How many unsent bytes make the producer wait.
    private static let highWater = 256 * 1024

    private let state = Guarded(State())

    /// Sends bytes; returns when there is room for more.
    public func write(_ bytes: [UInt8]) async throws(StreamClosed) {
        let isOpen = state.withLock { state in
            guard !state.isAbandoned else { return false }
            state.waiting.append(contentsOf: bytes)
            return true
        }
        guard isOpen else { throw StreamClosed() }
        wakeReader()
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                if state.isAbandoned || state.waiting.count - state.sent <= Self.highWater { return true }
                state.writers.append(continuation)
                return false
            }
            if mayGoOn { continuation.resume() }
        }
    }

    func finish() {
        state.withLock { $0.isFinished = true }
        wakeReader()
    }

    /// Ends the answer before it is whole: the client is gone, or its connection breaks, so that nobody takes what came
    /// for all there is.
    public func breakOff() {
        let (reader, writers) = state.withLock { state in
            state.isAbandoned = true
            defer { (state.reader, state.writers) = (nil, []) }
            return (state.reader, state.writers)
        }
        reader?.resume()
        for writer in writers { writer.resume() }
    }

    enum Chunk {
        case bytes(Int)
        case end
        case broken
        case later
    }

    /// Moves what waits into the buffer; with nothing there, sets the connection aside until there is something.
    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Chunk {
        nonisolated(unsafe) let buffer = buffer
        nonisolated(unsafe) let connection = connection
        let (chunk, writers): (Chunk, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            let count = min(buffer.count, state.waiting.count - state.sent)
            guard count > 0 else {
                if state.isAbandoned { return (.broken, []) }
                if state.isFinished { return (.end, []) }
                state.reader = SuspendedConnection(suspending: connection)
                return (.later, [])
            }
            state.waiting.withUnsafeBytes { waiting in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: waiting[state.sent..<state.sent + count]))
            }
            state.sent += count
            if state.sent == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: true)
                state.sent = 0
            } else if state.sent > Self.highWater {
                // A producer that is always ahead must not make this the whole of what it ever sent.
                state.waiting.removeFirst(state.sent)
                state.sent = 0
            }
            guard state.waiting.count - state.sent <= Self.highWater / 2 else { return (.bytes(count), []) }
            defer { state.writers = [] }
            return (.bytes(count), state.writers)
        }
        for writer in writers { writer.resume() }
        return chunk
    }

    private func wakeReader() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }
}
