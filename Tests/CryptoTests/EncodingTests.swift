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

    @Test("hexadecimal writes two digits for every byte")
    func everyByte() {
        let digits = "0123456789abcdef"
        let expected = digits.flatMap { high in digits.map { low in "\(high)\(low)" } }.joined()
        #expect(Hex.encode((0...255).map { UInt8($0) }) == expected)
    }
}
