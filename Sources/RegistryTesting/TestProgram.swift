import Dispatch
import Glibc

/// A program that a test has started. It is told to end by the end of its input, which comes even when the tests are killed.
public final class TestProgram: Sendable {
    /// It did not start, or wrote no such line.
    public struct Failed: Error {
        /// What was called.
        let arguments: [String]
    }

    private let process: pid_t
    private let input: Int32
    // Read by one thread at a time.
    private nonisolated(unsafe) let output: UnsafeMutablePointer<FILE>

    /// Starts a program by its name; what it writes to either output can be read.
    init(_ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1, -1, -1]
        let arePipes = ends.withUnsafeMutableBufferPointer { ends in
            guard let start = ends.baseAddress else { return false }
            return pipe(start) == 0 && pipe(start + 2) == 0
        }
        guard arePipes, let output = fdopen(ends[2], "r") else { throw Failed(arguments: arguments) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[3], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[3], STDERR_FILENO)
        let vector = arguments.map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        var process: pid_t = 0
        let status = posix_spawnp(&process, arguments[0], &actions, nil, vector, environ)
        close(ends[0])
        close(ends[3])
        guard status == 0 else { throw Failed(arguments: arguments) }
        self.process = process
        self.output = output
        input = ends[1]
    }

    deinit {
        close(input)
        fclose(output)
        waitpid(process, nil, 0)
    }

    /// The first result that a line of the output gives.
    func firstLine<Value>(_ read: (String) -> Value?) throws -> Value {
        while let line = nextLine() {
            if let value = read(line) { return value }
        }
        throw Failed(arguments: ["no such line"])
    }

    /// All that the program writes until it ends.
    public static func output(of arguments: [String]) async throws -> [String] {
        try await waiting {
            let program = try TestProgram(arguments)
            var lines: [String] = []
            while let line = program.nextLine() { lines.append(line) }
            return lines
        }
    }

    /// Whether there is a program of that name.
    public static func exists(_ name: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private func nextLine() -> String? {
        var line = [CChar](repeating: 0, count: 4_096)
        guard fgets(&line, Int32(line.count), output) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Runs what waits for a program on a thread of its own: tasks' threads are few.
func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "waiting").async { continuation.resume(with: Result { try body() }) }
    }
}
