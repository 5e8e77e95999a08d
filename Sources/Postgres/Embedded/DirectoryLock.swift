import Glibc

/// The right to use a data directory: held as long as this lives, and by the kernel's word freed with the process.
struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    init(_ path: String) throws(ClusterError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Files.failure(errno, "cannot open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw Files.failure(reason, "cannot lock", path) }
            throw Self.locked(path)
        }
        let line = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count else {
            let reason = errno
            close(descriptor)
            throw Files.failure(reason, "cannot write", path)
        }
        self.descriptor = descriptor
    }

    deinit {
        // A process that was forked a moment ago still has the file, until it becomes another program: closing ours alone would
        // leave it locked.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func locked(_ path: String) -> ClusterError {
        let holder = Files.text(path)?.split(separator: "\n").first.flatMap { Int32($0) }
        let name = holder.map { "process \($0)" } ?? "another process"
        return ClusterError(
            .locked(processID: holder),
            "\(name) already serves from \(path.dropLast("/lock".count)); stop it, or choose another directory with "
                + "--data")
    }
}
