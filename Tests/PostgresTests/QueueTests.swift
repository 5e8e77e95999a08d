import Testing

@testable import Postgres

@Suite struct QueueTests {
    @Test func firstInIsFirstOut() {
        var queue = Queue<Int>()
        for number in 0..<1_000 { queue.append(number) }
        for number in 0..<1_000 { #expect(queue.popFirst() == number) }
        #expect(queue.popFirst() == nil)
    }

    @Test func whatIsPutBackComesNext() {
        var queue = Queue<Int>()
        for number in 1...3 { queue.append(number) }
        queue.prepend(0)
        #expect(queue.removeAll() == [0, 1, 2, 3])
        #expect(queue.count == 0)
    }

    @Test func whoLeavesTheMiddleKeepsTheOrderOfTheRest() {
        var queue = Queue<Int>()
        for number in 0..<5 { queue.append(number) }
        #expect(queue.popFirst() == 0)
        #expect(queue.removeFirst { $0 == 2 } == 2)
        #expect(queue.removeFirst { $0 == 9 } == nil)
        #expect(queue.count == 3)
        #expect(queue.removeAll() == [1, 3, 4])
    }
}

@Suite struct BackoffTests {
    @Test func waitsDoubleUpToTheLimitAndAreDrawnFromTheirUpperHalf() {
        var backoff = Backoff(milliseconds: 20...100)
        for limit: Int64 in [20_000, 40_000, 80_000, 100_000, 100_000] {
            #expect((limit / 2...limit).contains(backoff.microseconds()))
        }
        backoff.reset()
        #expect(backoff.microseconds() <= 20_000)
    }
}
