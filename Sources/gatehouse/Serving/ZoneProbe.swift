import Glibc
import Time

/// Reads time zones that somebody put in the place of ICU's own, in a process that may die of them.
///
/// ICU believes such files: one that was cut off ends the process that reads it. So a child reads them first.
struct ZoneProbe {
    /// The variables by which ICU takes data from elsewhere.
    static let variables = ["ICU_TIMEZONE_FILES_DIR", "ICU_DATA"]

    /// The program that reads: this one.
    var program = "/proc/self/exe"
    var arguments = ["gatehouse"] + Command.zonesProbe.name.split(separator: " ").map(String.init)
    var limitMilliseconds: Int64 = 5_000

    /// Why these files cannot be used, in a sentence; nothing if they can, or if ICU has only its own.
    func fault(_ environment: [String: String]) -> String? {
        let set = Self.variables.compactMap { name in
            environment[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" }
        }
        guard !set.isEmpty, let reason = reason(environment) else { return nil }
        return "the time zones of \(set.joined(separator: " ")) cannot be used: \(reason); put whole files for this "
            + "ICU there, or take the variable away, and start again"
    }

    private func reason(_ environment: [String: String]) -> String? {
        var ends: [Int32] = [-1, -1]
        // In the place of a pipe: this can be made so that no other child inherits it.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            return "no process can be started to read them (\(Self.error(errno)))"
        }
        defer { close(ends[0]) }
        var process: pid_t = 0
        let failure = spawn(&process, output: ends[1], environment)
        close(ends[1])
        guard failure == 0 else { return "\(program) cannot be started (\(Self.error(failure)))" }
        let printed = output(ends[0])
        if printed == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        var waited = waitpid(process, &status, 0)
        while waited < 0, errno == EINTR { waited = waitpid(process, &status, 0) }
        guard let printed else { return "reading them takes longer than \(limitMilliseconds) ms" }
        // Where nobody wants to know of children, only its words remain.
        guard waited == process || printed.hasPrefix("ok ") else { return "the end of reading them was not seen" }
        guard waited < 0 || status == 0 else {
            let signal = status & 0x7F
            return signal == 0 ? String(printed.prefix(300)) : "reading them ended with signal \(signal)"
        }
        return printed.hasPrefix("ok ") ? nil : "reading them gave no answer"
    }

    /// What the child prints until it ends; nothing if that takes too long. The stream ends when the child does.
    private func output(_ descriptor: Int32) -> String? {
        let deadline = MonotonicTime.now() + .milliseconds(limitMilliseconds)
        var printed: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let left = (deadline - MonotonicTime.now()).microseconds / 1_000
            guard left > 0 else { return nil }
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Int32(left)) > 0 else { continue }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            printed = (printed + buffer.prefix(count)).suffix(4_096)
        }
        return String(decoding: printed.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private func spawn(_ process: inout pid_t, output: Int32, _ environment: [String: String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that our threads hold back are its own again.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // It has to load the very libraries that we have; our secrets it need not know. Nobody is to wait for a
        // backtrace of a crash that was expected.
        var variables = environment.filter { !$0.key.hasPrefix("GATEHOUSE_") }
        variables["SWIFT_BACKTRACE"] = "enable=no"
        let words = arguments.map { strdup($0) } + [nil]
        let entries = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + entries { free(text) } }
        return posix_spawn(&process, program, &actions, &attributes, words, entries)
    }

    private static func error(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
