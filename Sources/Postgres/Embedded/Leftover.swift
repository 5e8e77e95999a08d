import Glibc
import Time

/// What a killed server left in a data directory: a postmaster, its backends, a file with its number.
///
/// The file's number may by now belong to any process. A process is ours only if it is a `postgres` whose current
/// directory is the data directory, whatever the path to it was called.
struct Leftover {
    private let directory: String

    private var pidFile: String { "\(directory)/postmaster.pid" }

    init(directory: String) {
        self.directory = directory
    }

    /// Ends what is left, gently at first, and waits for it; the caller holds the directory's lock.
    func clear() throws(ClusterError) {
        guard let postmaster = number() else { return }
        // An orphaned backend ends by itself once it notices; the shared memory is free when the last is gone.
        for (signal, seconds) in [(SIGINT, Int64(15)), (SIGQUIT, 5), (SIGKILL, 5)] {
            let processes = processes()
            if processes.isEmpty { break }
            if processes.contains(postmaster) {
                kill(postmaster, signal)
            } else if signal == SIGKILL {
                for process in processes { kill(process, signal) }
            }
            if waitUntilGone(within: .seconds(seconds)) { break }
        }
        let remaining = processes()
        guard remaining.isEmpty else {
            let numbers = remaining.map(String.init).joined(separator: ", ")
            throw ClusterError(.startFailed, "PostgreSQL from an earlier run does not end: kill \(numbers)")
        }
        // PostgreSQL would take a stranger with that number for itself, and not start.
        if let number = number(), kill(number, 0) == 0 || errno == EPERM { unlink(pidFile) }
    }

    /// The postmaster's number as the file has it.
    private func number() -> pid_t? {
        Files.text(pidFile)?.split(separator: "\n").first.flatMap { pid_t($0) }.flatMap { $0 > 1 ? $0 : nil }
    }

    private func processes() -> [pid_t] {
        guard let home = Files.status(directory) else { return [] }
        return (Files.names(in: "/proc") ?? []).compactMap { pid_t($0) }.filter { process in
            guard let place = Files.status("/proc/\(process)/cwd"), place.inode == home.inode,
                place.device == home.device
            else { return false }
            return Files.text("/proc/\(process)/comm")?.hasPrefix("postgres") ?? false
        }
    }

    private func waitUntilGone(within limit: TimeSpan) -> Bool {
        let end = MonotonicTime.now() + limit
        while MonotonicTime.now() < end {
            if processes().isEmpty { return true }
            usleep(5_000)
        }
        return false
    }
}
