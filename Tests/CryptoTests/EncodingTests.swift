import Crypto
import Testing

@Suite("Bytes as text")
struct EncodingTests {
    @Test(
        "base64url leaves padding away",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64(text: String, expected: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == expected)
    }

    @Test("base64url writes - and _ where base64 has + and /")
    func base64Alphabet() {
        #expect(Base64URL.encode([0xFB, 0xEF, 0xFF]) == "--__")
    }

    @Test("hexadecimal brings every byte back")
    func everyByte() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
    }

    @Test("hexadecimal refuses what it would not write", arguments: ["a", "abc", "0g", "0x00", " 00", "é", "0０"])
    func refused(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
