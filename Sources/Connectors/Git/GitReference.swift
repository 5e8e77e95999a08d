/// What a name of a git repository stands for.
public struct GitReference: Hashable, Sendable {
    /// The whole name, such as `refs/heads/main` or `HEAD`.
    public let name: String
    /// The object's hash; an annotated tag has one of its own.
    public let id: String
    /// The commit that an annotated tag leads to.
    public let peeled: String?
    /// The name that this one only stands for.
    public let target: String?

    /// The commit.
    public var commit: String { peeled ?? id }

    /// Reads one line of an answer to `ls-refs`: `id name [symref-target:name] [peeled:id]`. Nothing for a `HEAD` whose branch
    /// is not born yet, which has no object.
    init?(_ line: [UInt8]) throws(GitLineError) {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw GitLineError(description: "a reference's name is no UTF-8.")
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 2, !words[1].isEmpty else {
            throw GitLineError(description: "a line holds no reference.")
        }
        if words[0] == "unborn" { return nil }
        var peeled: String?
        var target: String?
        for word in words.dropFirst(2) {
            if word.hasPrefix("peeled:") { peeled = String(word.dropFirst(7)) }
            if word.hasPrefix("symref-target:") { target = String(word.dropFirst(14)) }
        }
        guard Self.isHash(words[0]), peeled.map(Self.isHash) ?? true else {
            throw GitLineError(description: "what should be a hash is none.")
        }
        (id, name) = (words[0], words[1])
        self.peeled = peeled
        self.target = target
    }

    private static func isHash(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
    }
}

/// What is wrong with a line of a git server's answer.
struct GitLineError: Error, Equatable {
    let description: String
}
