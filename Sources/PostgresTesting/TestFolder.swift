import Glibc
import Locks
import Postgres

/// Folders for throw-away clusters: short names under /tmp, removed at exit, or by a later run if that never came.
public enum TestFolder {
    private static let prefix = "gatehouse-test-"
    private static let leftAtExit = Guarded<[(folder: String, postmaster: Int32?)]>([])

    /// A new, empty folder.
    public static func make() throws -> String {
        _ = swept
        var template = Array("/tmp/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFolderError(code: errno) }
        return template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// A new, empty folder that is removed when the process ends.
    public static func makeUntilExit() throws -> String {
        let folder = try make()
        removeAtExit(folder, postmaster: nil)
        return folder
    }

    /// Removes the folder and all in it.
    public static func remove(_ path: String) {
        Files.removeAll(path)
    }

    static func removeAtExit(_ folder: String, postmaster: Int32?) {
        let isFirst = leftAtExit.withLock { left in
            left.append((folder, postmaster))
            return left.count == 1
        }
        guard isFirst else { return }
        atexit {
            for (folder, postmaster) in TestFolder.leftAtExit.withLock({ $0 }) {
                if let postmaster { kill(postmaster, SIGQUIT) }
                for _ in 0..<200 where TestFolder.isHeld(folder) { usleep(10_000) }
                TestFolder.remove(folder)
            }
        }
    }

    private static let swept: Void = removeAbandoned()

    /// Folders whose process was killed: old, their lock held by no one, their postmaster ended.
    private static func removeAbandoned() {
        let oldest = time(nil) - 600
        for name in Files.names(in: "/tmp") ?? [] where name.hasPrefix(prefix) {
            let folder = "/tmp/\(name)"
            var info = stat()
            guard stat(folder, &info) == 0, info.st_mtim.tv_sec < oldest else { continue }
            let lock = open("\(folder)/lock", O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0, !isHeld(folder) { remove(folder) }
            close(lock)
        }
    }

    private static func isHeld(_ folder: String) -> Bool {
        access("\(folder)/postgres/postmaster.pid", F_OK) == 0
    }
}

struct TestFolderError: Error {
    let code: Int32
}
