import Glibc
import Locks

/// A process that a test has started, and what it has written so far.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum End: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    struct CannotStart: Error {
        let program: String
        let code: Int32
    }

    private struct State {
        var output = ""
        var errors = ""
        var openStreams = 2
        var end: End?
    }

    let id: pid_t
    private let state = Guarded(State())

    /// What it wrote to standard output.
    var output: String { state.withLock { $0.output } }
    /// What it wrote to standard error.
    var errors: String { state.withLock { $0.errors } }
    /// How it ended; nothing while it runs, or while something that it wrote is not read.
    var end: End? { state.withLock { $0.openStreams == 0 ? $0.end : nil } }

    init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        var ends: [[Int32]] = [[0, 0], [0, 0]]
        // Socket pairs in the place of pipes: these can be made so that no other child inherits them.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends[0]) == 0, socketpair(AF_UNIX, kind, 0, &ends[1]) == 0 else {
            throw CannotStart(program: program, code: errno)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[0][1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1][1], STDERR_FILENO)
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var variables = environment
        for name in ["PATH", "HOME", "LANG"] where variables[name] == nil {
            variables[name] = getenv(name).map { String(cString: $0) }
        }
        let entries = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for entry in entries { free(entry) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, program, &actions, nil, words, entries)
        close(ends[0][1])
        close(ends[1][1])
        guard code == 0 else {
            close(ends[0][0])
            close(ends[1][0])
            throw CannotStart(program: program, code: code)
        }
        id = process
        Watchdog.shared.watch(process)
        read(ends[0][0]) { $0.output += $1 }
        read(ends[1][0]) { $0.errors += $1 }
        BackgroundThread.start("child-end") { [self] in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let end: End = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
            state.withLock { $0.end = end }
        }
    }

    func send(_ signal: Int32) {
        guard state.withLock({ $0.end }) == nil else { return }
        kill(id, signal)
    }

    private func read(_ descriptor: Int32, _ keep: @escaping @Sendable (inout State, String) -> Void) {
        BackgroundThread.start("child-output") { [self] in
            var pending: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                pending += buffer.prefix(count)
                // Whole lines only, so that no character is cut in two.
                guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
                let lines = String(decoding: pending[...end], as: UTF8.self)
                pending.removeSubrange(...end)
                state.withLock { keep(&$0, lines) }
            }
            close(descriptor)
            let rest = String(decoding: pending, as: UTF8.self)
            state.withLock { state in
                keep(&state, rest)
                state.openStreams -= 1
            }
        }
    }
}
