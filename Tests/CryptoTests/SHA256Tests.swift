import Crypto
import Testing

/// FIPS 180-4's examples and NIST's short messages.
@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "hashes the published examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                    + "mnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func examples(text: String, expected: String) {
        #expect(Hex.encode(SHA256.hash(text)) == expected)
        #expect(Hex.encode(SHA256.hash(Array(text.utf8))) == expected)
    }

    @Test("hashes a million times the letter a")
    func millionA() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            Hex.encode(SHA256.hash(bytes)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("hashes a text that is not ASCII by its UTF-8 bytes")
    func notASCII() {
        #expect(SHA256.hash("é") == SHA256.hash([0xC3, 0xA9]))
    }

    @Test("hashes bytes that are no text")
    func notText() {
        #expect(
            Hex.encode(SHA256.hash([0xBD])) == "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b")
    }
}
