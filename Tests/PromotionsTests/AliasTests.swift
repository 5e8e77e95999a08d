import Promotions
import Testing

@Suite("Aliases")
struct AliasTests {
    @Test("they are an adjective and an animal, and pass for names that people choose")
    func drawn() throws {
        var generator = SystemRandomNumberGenerator()
        var drawn: Set<String> = []
        for _ in 0..<5_000 {
            let alias = Alias.draw(using: &generator)
            #expect(alias.split(separator: "-").count == 2)
            #expect(throws: Never.self) { try Alias.check(alias) }
            drawn.insert(alias)
        }
        // Of more than 16,000; fewer than these would not happen in a lifetime.
        #expect(drawn.count > 4_000)
    }

    @Test("the same random numbers make the same name")
    func repeated() {
        var (first, second) = (Counting(), Counting())
        #expect(Alias.draw(using: &first) == Alias.draw(using: &second))
    }

    @Test("after some attempts there is a number behind it, and more numbers after more")
    func exhausted() throws {
        var generator = SystemRandomNumberGenerator()
        #expect(Alias.draw(attempt: 7, using: &generator).split(separator: "-").count == 2)
        for attempt in [8, 20, Int.max] {
            let parts = Alias.draw(attempt: attempt, using: &generator).split(separator: "-")
            #expect(parts.count == 3)
            #expect(parts.last.flatMap { Int($0) } ?? 0 >= 2)
        }
        var numbers: Set<Substring> = []
        for _ in 0..<2_000 {
            if let number = Alias.draw(attempt: 20, using: &generator).split(separator: "-").last {
                numbers.insert(number)
            }
        }
        #expect(numbers.count > 1_900)
    }

    @Test(
        "one that people choose is a DNS label", arguments: ["a", "release-7", "7", String(repeating: "x", count: 63)])
    func chosen(alias: String) {
        #expect(throws: Never.self) { try Alias.check(alias) }
    }

    @Test(
        "one that is no DNS label, or could be an ID, is refused",
        arguments: [
            "", "-", "a-", "-a", "Quiet-otter", "quiet otter", "quiet_otter", "größe", "a.b",
            String(repeating: "x", count: 64), "ceaf5c0d81d534ba561c3a1b43f1e858f0b7b825",
        ])
    func refused(alias: String) {
        #expect(throws: Alias.Refusal.self) { try Alias.check(alias) }
    }
}

private struct Counting: RandomNumberGenerator {
    var state: UInt64 = 7

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
