import Crypto
import Testing

@testable import Ledger

@Suite struct CheckpointTests {
    /// The example of C2SP's signed-note: PeterNeumann's key and what it signed.
    private static let neumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    private static let signature =
        "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    private func signer(_ name: String = "example.com/log") throws -> LogSigner {
        try LogSigner(name: name, secret: Ed25519.PrivateKey())
    }

    @Test func aNoteOfTheStandardIsReadAndChecked() throws {
        let note = try #require(SignedNote(parsing: Self.text + "\n" + Self.signature))
        #expect(note.text == Self.text)
        #expect(try note.isSigned(by: LogKey(parsing: Self.neumann)))
        #expect(note.note == Self.text + "\n" + Self.signature)
        #expect(try LogSigner(parsing: Self.secret).sign(Self.text).note == note.note)
        #expect(try LogSigner(parsing: Self.secret).key.text == Self.neumann)
        #expect(try LogSigner(parsing: Self.secret).text == Self.secret)
    }

    @Test func everyAlteredByteOfANoteIsNoticed() throws {
        let note = Array((Self.text + "\n" + Self.signature).utf8)
        let key = try LogKey(parsing: Self.neumann)
        for index in note.indices {
            var altered = note
            altered[index] ^= 1
            let read = String(validating: altered, as: UTF8.self).flatMap { SignedNote(parsing: $0) }
            #expect(read?.isSigned(by: key) != true, "byte \(index)")
        }
    }

    @Test(arguments: [
        "", "text", "text\n", "text\n\n", "text\n\nno signature\n", "te\u{7}xt\n\n\u{2014} a eHh4eHg=\n",
        "t\n\n\u{2014} a+b eHh4eHg=\n", "t\n\n\u{2014} a eHg=\n",
    ])
    func whatIsNoNoteIsNotRead(text: String) {
        #expect(SignedNote(parsing: text) == nil)
    }

    @Test func aCheckpointHasThreeLines() throws {
        let (signer, root) = (try signer(), TreeHash.leaf([1]))
        let signed = try SignedCheckpoint(size: 1, root: root, by: signer)
        #expect(signed.signed.text == "example.com/log\n1\n\(root.base64)\n")
        let read = try #require(SignedCheckpoint(parsing: signed.note))
        #expect(read == signed)
        #expect(read.isSigned(by: signer.key))
        #expect(try !read.isSigned(by: self.signer().key))
    }

    @Test(arguments: ["0\n", "-1\n", "01\n", "+1\n", "1 \n", "9223372036854775808\n", "\n"])
    func aCheckpointsSizeIsWrittenInOneWay(size: String) {
        let checkpoint = Checkpoint(parsing: "log\n" + size + TreeHash.ofNothing.base64 + "\n")
        #expect((checkpoint?.size == 0) == (size == "0\n"))
    }

    @Test func furtherLinesOfACheckpointAreTaken() {
        let text = "log\n3\n\(TreeHash.ofNothing.base64)\nmore\n"
        #expect(Checkpoint(parsing: text)?.size == 3)
        #expect(Checkpoint(parsing: "log\n3\n\(TreeHash.ofNothing.base64)\n\nmore\n") == nil)
        #expect(Checkpoint(parsing: "log\n3\n\(TreeHash.ofNothing.base64)") == nil)
    }

    @Test func aNamesKeyIsNotAnothersEvenIfItIsTheSame() throws {
        let secret = try Ed25519.PrivateKey()
        let (one, other) = (try LogSigner(name: "one", secret: secret), try LogSigner(name: "other", secret: secret))
        #expect(one.key.id != other.key.id)
        #expect(try !SignedCheckpoint(size: 0, root: .ofNothing, by: one).isSigned(by: other.key))
    }

    @Test(arguments: ["", "a b", "a+b", "a\nb", "a\u{A0}b", String(repeating: "a", count: 201)])
    func aNameThatNotesCannotHoldIsRefused(name: String) {
        #expect(throws: LogKey.Malformed.self) { try signer(name) }
    }

    @Test func aKeyWithAnotherHashIsRefused() throws {
        #expect(throws: LogKey.Malformed.self) {
            try LogKey(parsing: Self.neumann.replacing("c74f20a3", with: "c74f20a4"))
        }
        #expect(throws: LogKey.Malformed.self) {
            try LogSigner(parsing: Self.secret.replacing("c74f20a3", with: "c74f20a4"))
        }
    }
}
