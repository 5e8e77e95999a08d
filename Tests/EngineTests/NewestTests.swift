import Testing

@testable import Engine

@Suite struct NewestTests {
    @Test func aReadingThatBeganEarlierNeverHidesOneThatBeganLater() {
        var newest = Newest("nothing")
        let (first, second, third) = (newest.begin(), newest.begin(), newest.begin())
        #expect(newest.value == "nothing")
        newest.end(second, with: "second")
        newest.end(first, with: "first")
        #expect(newest.value == "second")
        newest.end(third, with: "third")
        #expect(newest.value == "third")
    }
}
