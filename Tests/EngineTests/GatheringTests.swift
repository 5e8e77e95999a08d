import Engine
import Locks
import Testing

/// Whoever comes while others are served is served in the next round.
@Suite struct GatheringTests {
    private struct Odd: Error {}

    /// What the rounds saw.
    private struct Log {
        var sizes: [Int] = []
        var atWork = 0
        var atWorkMax = 0
    }

    @Test(arguments: [(1, 7), (2, 7), (3, 1), (1, 1_000)])
    func everyoneHasTheirOwnAnswerAndNoRoundIsTooLarge(width: Int, sizeMax: Int) async throws {
        let log = Guarded(Log())
        let gathering = Gathering<Int, Int>(width: width, sizeMax: sizeMax) { items in
            log.withLock {
                $0.sizes.append(items.count)
                $0.atWork += 1
                $0.atWorkMax = max($0.atWorkMax, $0.atWork)
            }
            await Task.yield()
            log.withLock { $0.atWork -= 1 }
            return items.map { $0 % 3 == 0 ? .failure(Odd()) : .success($0 * 2) }
        }
        let count = 300
        await withTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    let answer = try? await gathering.join(number)
                    #expect(answer == (number % 3 == 0 ? nil : number * 2))
                }
            }
        }
        let seen = log.withLock { $0 }
        #expect(seen.sizes.reduce(0, +) == count && (seen.sizes.max() ?? 0) <= sizeMax && seen.atWorkMax <= width)
    }

    @Test func thoseWhoComeDuringARoundAreTheNextOne() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let sizes = Guarded<[Int]>([])
        let gathering = Gathering<Int, Int>(width: 1) { items in
            sizes.withLock { $0.append(items.count) }
            if items == [0] { for await _ in gate { break } }
            return items.map { .success($0) }
        }
        async let first = gathering.join(0)
        while sizes.withLock(\.isEmpty) { await Task.yield() }
        let others = (1...5).map { number in
            Task.immediate { try await gathering.join(number) }
        }
        open.yield()
        try await #expect(first == 0)
        for (number, other) in zip(1..., others) { try await #expect(other.value == number) }
        #expect(sizes.withLock { $0 } == [1, 5])
    }
}
