import Crypto
import Engine
import Glibc
import HTTPClient
import JSON
import Ledger

extension Command {
    static let auditExport = Command(
        name: "audit export", operands: "",
        summary: "Writes the audit log, with what proves it, so that it can be verified without the server.",
        options: [
            CommandOption("output", "FILE", "Where to; to the terminal if nothing is said.", hasVariable: false),
            CommandOption("force", nil, "Writes over a file that is there.", hasVariable: false),
            CommandOption(
                "leaves", "FIRST-LAST", "Only these events, by their place in the log, each with a proof.",
                hasVariable: false),
            CommandOption(
                "checkpoint", "FILE", "A checkpoint kept elsewhere, with which a part can be compared then, too.",
                hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        // Nothing is to be shown of a log without events.
        let size = try arguments.value("checkpoint").map { try kept($0).checkpoint.size }.flatMap { $0 > 0 ? $0 : nil }
        let path = ServerCall.path(
            ["v1", "audit"],
            [("format", "export"), ("leaves", arguments.value("leaves")), ("kept", size.map { String($0) })])
        let output = arguments.value("output")
        if let output, Files.exists(output), !arguments.isOn("force") {
            throw UsageError(description: "\(output) is there already: name a new file, or say --force")
        }
        let file = try OutputFile(output)
        let answer = try ServerCall(arguments, terminal).answer(
            "GET", path, timeoutMilliseconds: 86_400_000, receive: { file.write($0) })
        guard (200...299).contains(answer.status) else {
            throw ServerCall.Refusal(answer)
        }
        try file.finish()
        return 0
    }

    static let auditVerify = Command(
        name: "audit verify", operands: "FILE",
        summary: "Checks an export of the audit log, without a server, and says what it proves.",
        options: [
            CommandOption(
                "key", "KEY|FILE",
                "The log's key; a file may hold several, a line each, or the answer of GET /v1/audit/keys.",
                hasVariable: false),
            CommandOption(
                "checkpoint", "FILE", "A checkpoint of the log that was kept elsewhere.", hasVariable: false),
        ]
    ) { arguments, terminal in
        let path = try arguments.named("FILE")[0]
        let verifier = ExportVerifier(
            keys: try arguments.value("key").map(keys) ?? [], kept: try arguments.value("checkpoint").map(kept))
        do {
            for line in try verifier.verify(path).sentences { terminal.print(line) }
            return 0
        } catch let fault as ExportVerifier.Fault {
            terminal.complain("\(path): \(fault)")
            return 1
        }
    }

    static let auditKeygen = Command(
        name: "audit keygen", operands: "NAME",
        summary: "Makes a key that signs an audit log of this name, such as example.com/gatehouse.",
        options: [CommandOption("output", "FILE", "Where the secret key goes: a new file.", hasVariable: false)]
    ) { arguments, terminal in
        let name = try arguments.named("NAME")[0]
        let path = try arguments.needed("output")
        guard !Files.exists(path) else { throw UsageError(description: "\(path) is there already: name a new file") }
        let signer = try LogSigner(name: name, secret: Ed25519.PrivateKey())
        try Files.writeSecret(signer.text + "\n", to: path)
        terminal.print(signer.key.text)
        return 0
    }

    /// A key, or those of a file: a line each, or as the server tells them.
    private static func keys(_ text: String) throws -> [LogKey] {
        if let key = try? LogKey(parsing: text) { return [key] }
        let file = try Files.readText(text, limit: AuditKey.fileLimit)
        let answered = (try? JSONValue(parsing: Array(file.utf8)))?["keys"]?.array
        let keys =
            answered?.compactMap { $0["key"]?.string } ?? file.split(whereSeparator: \.isNewline).map(String.init)
        guard !keys.isEmpty else { throw Files.Failure(description: "\(text) holds no key") }
        return try keys.map { try LogKey(parsing: $0) }
    }

    /// A checkpoint as the server sends it, or the last one of a file that --checkpoint-to wrote.
    private static func kept(_ path: String) throws -> SignedCheckpoint {
        let text = try Files.readText(path, limit: 64 << 20)
        guard let kept = KeptCheckpoint.last(in: text)?.signed ?? SignedCheckpoint(parsing: text) else {
            throw Files.Failure(description: "\(path) holds no checkpoint")
        }
        return kept
    }
}

extension ExportVerifier {
    /// Checks a whole file.
    fileprivate consuming func verify(_ path: String) throws -> Findings {
        let rest = try LineReader(path).forEach { try take($0) }
        try takeRest(rest)
        return try finish()
    }
}

extension ExportVerifier.Findings {
    /// What was proved, and what was not.
    fileprivate var sentences: [String] {
        let log = "the log '\(checkpoint.origin)'"
        let what =
            filter.map {
                "\(events) events of \(log), asked for by \($0): each was in it when it had \(checkpoint.size) events; "
                    + "whether others are missing here is not proved"
            } ?? "all \(events) events of \(log), unaltered and in order"
        let who =
            signer.map { "signer: checked, the key \($0.idText)" }
            ?? "signer: not checked; say --key KEY to be sure that the log's key signed this"
        let proved =
            kept.map { "proved: consistent with the checkpoint of \($0.size) events that was kept elsewhere" }
            ?? "proved: self-consistent; that no end was cut off together with its checkpoint, and that the past was not "
            + "signed anew, shows only a checkpoint kept elsewhere (--checkpoint FILE)"
        return [what, who, proved]
    }
}

/// Where an export goes: into a file that is complete or not there, or to the terminal.
private final class OutputFile: Sendable {
    private let path: String?
    private let descriptor: Int32

    init(_ path: String?) throws {
        self.path = path
        descriptor = path.map { open($0 + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) } ?? STDOUT_FILENO
        guard descriptor >= 0 else {
            throw Files.Failure(description: "cannot write \(path ?? ""): \(String(cString: strerror(errno)))")
        }
    }

    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func finish() throws {
        guard let path else { return }
        guard fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw Files.Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        // An export that broke off looks like one that is finished, but for what it lacks.
        _ = try ExportVerifier().verify(path + ".part")
        guard rename(path + ".part", path) == 0 else {
            throw Files.Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }
}

/// Reads a file of any size line by line.
private struct LineReader {
    /// An event has 64 KiB at most, and what stands beside it less.
    private static let longest = 1 << 20

    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Files.Failure(description: "cannot read \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Calls for each line without its newline; what stands behind the last one comes back.
    func forEach(_ body: ([UInt8]) throws -> Void) throws -> [UInt8] {
        defer { close(descriptor) }
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw Files.Failure(description: "cannot read \(path)") }
            guard count > 0 else { return rest }
            var lines = buffer[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let last = lines.removeLast()
            for line in lines {
                try body(rest + line)
                rest = []
            }
            rest += last
            guard rest.count <= Self.longest else { throw Files.Failure(description: "\(path) is no export") }
        }
    }
}
