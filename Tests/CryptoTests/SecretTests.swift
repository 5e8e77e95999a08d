import Crypto
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("random bytes come in the number asked for", arguments: [0, 1, 32, 4096])
    func count(_ count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
    }

    @Test("a thousand random tokens are all different, and use every byte value")
    func different() throws {
        let tokens = try (0..<1000).map { _ in try SecureRandom.bytes(32) }
        #expect(Set(tokens).count == 1000)
        #expect(Set(tokens.joined()).count == 256)
    }

    @Test(
        "two secrets are equal when every byte is",
        arguments: [
            ([], [], true), ([1], [1], true), ([1, 2, 3], [1, 2, 3], true),
            ([1, 2, 3], [9, 2, 3], false), ([1, 2, 3], [1, 2, 9], false),
            ([1, 2, 3], [1, 2], false), ([], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func comparison(left: [UInt8], right: [UInt8], equal: Bool) {
        #expect(constantTimeEqual(left, right) == equal)
    }
}
