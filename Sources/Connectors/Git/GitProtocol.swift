/// Git's protocol version 2 over HTTP, as far as listing references needs it: what is sent, and what an answer means.
enum GitProtocol {
    /// What the first answer tells of a server.
    struct Capabilities: Equatable {
        /// How its hashes are made.
        var objectFormat = "sha1"
    }

    /// Reads the answer to `info/refs?service=git-upload-pack`; nil if the server speaks another version.
    static func capabilities(_ bytes: [UInt8]) throws(GitLineError) -> Capabilities? {
        var lines = try texts(bytes)[...]
        // Some servers announce the service first, as version 0 does.
        if lines.first == .some("# service=git-upload-pack") { lines = lines.dropFirst(2) }
        guard lines.first == .some("version 2") else { return nil }
        var capabilities = Capabilities()
        var canList = false
        for case .some(let line) in lines.dropFirst() {
            if line == "ls-refs" || line.hasPrefix("ls-refs=") { canList = true }
            if line.hasPrefix("object-format=") { capabilities.objectFormat = String(line.dropFirst(14)) }
        }
        return canList ? capabilities : nil
    }

    /// Asks for the references whose names begin with these prefixes.
    static func listRequest(_ prefixes: [String], _ capabilities: Capabilities) -> [UInt8] {
        let lines: [PacketLine] =
            [line("command=ls-refs"), line("object-format=\(capabilities.objectFormat)"), .delimiter]
            + [line("peel"), line("symrefs")] + prefixes.map { line("ref-prefix \($0)") } + [.flush]
        return lines.flatMap(\.bytes)
    }

    /// Reads the answer to a request for references.
    static func references(_ bytes: [UInt8]) throws(GitLineError) -> [GitReference] {
        let lines = try packets(bytes)
        guard lines.last == .flush || lines.last == .end else {
            throw GitLineError(description: "it ends before all references were told.")
        }
        var references: [GitReference] = []
        for case .line(let line) in lines {
            if line.starts(with: "ERR ".utf8) { throw refusal(line) }
            if let reference = try GitReference(line) { references.append(reference) }
        }
        return references
    }

    /// What a server says in place of an answer, without what would upset a log or a terminal.
    private static func refusal(_ line: [UInt8]) -> GitLineError {
        let text = String(decoding: line.dropFirst(4).prefix(200), as: UTF8.self)
        return GitLineError(
            description: "it says '" + String(text.map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" }) + "'.")
    }

    private static func line(_ text: String) -> PacketLine { .line(Array(text.utf8)) }

    private static func packets(_ bytes: [UInt8]) throws(GitLineError) -> [PacketLine] {
        do { return try PacketLine.read(bytes) } catch { throw GitLineError(description: error.description) }
    }

    /// The lines as texts; nothing for what is no line, or no text.
    private static func texts(_ bytes: [UInt8]) throws(GitLineError) -> [String?] {
        try packets(bytes).map { packet in
            guard case .line(let line) = packet else { return nil }
            return String(validating: line, as: UTF8.self)
        }
    }
}
