import Testing

@testable import Crypto

/// The cases of RFC 8032, section 7.1.
@Suite struct Ed25519Tests {
    private static func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.count, by: 2).map { offset in
            let start = digits.index(digits.startIndex, offsetBy: offset)
            return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16) ?? 0
        }
    }

    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func itIsTheStandardsSignature(seed: String, publicKey: String, text: String, signature: String) throws {
        let key = try Ed25519.PrivateKey(seed: Self.bytes(seed))
        #expect(Hex.encode(key.publicKey) == publicKey)
        #expect(try Hex.encode(key.sign(Self.bytes(text))) == signature)
        #expect(Ed25519.isValid(Self.bytes(signature), of: Self.bytes(text), by: key.publicKey))
    }

    @Test func nothingElseIsValid() throws {
        let (key, text) = (try Ed25519.PrivateKey(), Array("text".utf8))
        let signature = try key.sign(text)
        #expect(Ed25519.isValid(signature, of: text, by: key.publicKey))
        #expect(try !Ed25519.isValid(signature, of: text, by: Ed25519.PrivateKey().publicKey))
        #expect(!Ed25519.isValid(signature, of: text + [0], by: key.publicKey))
        #expect(!Ed25519.isValid(signature.dropLast(), of: text, by: key.publicKey))
        #expect(!Ed25519.isValid(signature, of: text, by: key.publicKey.dropLast()))
        for index in signature.indices {
            var altered = signature
            altered[index] ^= 1
            #expect(!Ed25519.isValid(altered, of: text, by: key.publicKey), "byte \(index)")
        }
    }

    @Test func aKeyOfAnotherLengthIsRefused() {
        #expect(throws: CryptoError.self) { try Ed25519.PrivateKey(seed: [1, 2, 3]) }
    }
}
