import Glibc

/// A program that a test has started.
struct Child {
    let process: pid_t
    private let output: UnsafeMutablePointer<FILE>

    init(_ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, let output = fdopen(ends[0], "r") else { throw TLSServer.Unavailable() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let vector = arguments.map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, arguments[0], &actions, nil, vector, environ)
        close(ends[1])
        guard status == 0 else { throw TLSServer.Unavailable() }
        self.process = process
        self.output = output
    }

    func wait() {
        waitpid(process, nil, 0)
        fclose(output)
    }

    /// The first result that a line of the output gives.
    func lines<Value>(_ read: (String) -> Value?) throws -> Value {
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), output) != nil {
            if let value = read(String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            {
                return value
            }
        }
        throw TLSServer.Unavailable()
    }
}
