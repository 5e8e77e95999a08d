import Locks

/// Serves together whoever comes while others are being served: however many they are, they wait for the database once.
public final class Gathering<Item: Sendable, Answer: Sendable>: Sendable {
    private struct Waiting: Sendable {
        let item: Item
        let answer: CheckedContinuation<Answer, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var atWork = 0
    }

    private let width: Int
    private let sizeMax: Int
    private let serve: @Sendable ([Item]) async -> [Result<Answer, any Error>]
    private let state = Guarded(State())

    /// At most so many rounds at once, of at most so many each; `serve` answers each, in their order.
    public init(
        width: Int, sizeMax: Int = 128, serve: @escaping @Sendable ([Item]) async -> [Result<Answer, any Error>]
    ) {
        self.width = width
        self.sizeMax = sizeMax
        self.serve = serve
    }

    /// Waits for a round, and for its end.
    public func join(_ item: Item) async throws -> Answer {
        try await withCheckedThrowingContinuation { answer in
            let begins = state.withLock { state in
                state.waiting.append(Waiting(item: item, answer: answer))
                guard state.atWork < width else { return false }
                state.atWork += 1
                return true
            }
            if begins { Task { await serveAll() } }
        }
    }

    private func serveAll() async {
        while let round = next() {
            let answers = await serve(round.map(\.item))
            for (waiting, answer) in zip(round, answers) { waiting.answer.resume(with: answer) }
        }
    }

    private func next() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.atWork -= 1
                return nil
            }
            let round = Array(state.waiting.prefix(sizeMax))
            state.waiting.removeFirst(round.count)
            return round
        }
    }
}
