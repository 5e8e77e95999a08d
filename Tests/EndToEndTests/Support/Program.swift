import Glibc
import PostgresTesting

/// The program under test.
enum Program {
    /// Where it was built: beside the tests.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.split(separator: "/").dropLast()
        for depth in 0..<folder.count {
            let candidate = "/" + folder.dropLast(depth).joined(separator: "/") + "/gatehouse"
            if access(candidate, X_OK) == 0, !isFolder(candidate) { return candidate }
        }
        return "gatehouse"
    }()

    /// The repository, from this very file.
    static let repository = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    /// What a call wrote, and how it ended.
    struct Outcome: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    /// Runs a command to its end.
    static nonisolated(nonsending) func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await call(path, arguments, environment: environment)
    }

    /// Runs any program to its end.
    static nonisolated(nonsending) func call(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Outcome {
        let process = try ChildProcess(program, arguments, environment: environment)
        defer { process.send(SIGKILL) }
        try await eventually("'\(program) \(arguments.first ?? "")' ends", within: .seconds(120)) { process.end != nil }
        guard case .exit(let code) = process.end else {
            return Outcome(code: -1, output: process.output, errors: process.errors)
        }
        return Outcome(code: code, output: process.output, errors: process.errors)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
