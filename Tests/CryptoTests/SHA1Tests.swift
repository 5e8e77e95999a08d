import Crypto
import Testing

/// FIPS 180-4's examples.
@Suite("SHA-1")
struct SHA1Tests {
    @Test(
        "hashes the published examples",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ])
    func examples(text: String, expected: String) {
        #expect(Hex.encode(SHA1.hash(text)) == expected)
    }

    @Test("hashes a text that is not ASCII by its UTF-8 bytes")
    func notASCII() {
        #expect(SHA1.hash("é") == SHA1.hash(([0xC3, 0xA9] as [UInt8]).span))
    }
}
