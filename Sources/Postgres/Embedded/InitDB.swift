import Glibc

/// Makes the cluster's files aside and moves them into place when they are whole.
enum InitDB {
    static func run(
        _ binaries: Binaries, _ layout: Layout, _ account: Account?, settings: [String: String]
    ) throws(ClusterError) {
        guard layout.major == nil else { return }
        Files.removeAll(layout.unfinished)
        try layout.makePrivate(layout.unfinished, account)
        var arguments = [
            "--pgdata=\(layout.unfinished)", "--username=postgres", "--encoding=UTF8", "--locale=C",
            "--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions",
        ]
        if settings["fsync"] == "off" { arguments.append("--no-sync") }
        let child = try Child(binaries.initdb, arguments, as: account)
        let (output, code) = child.finish()
        guard code == 0 else {
            Files.removeAll(layout.unfinished)
            throw failure(output, code, layout)
        }
        // An empty folder of that name is replaced; one that holds something was refused before.
        guard rename(layout.unfinished, layout.data) == 0 else {
            throw Files.failure(errno, "cannot make", layout.data)
        }
        syncDirectory(layout.directory)
    }

    private static func failure(_ output: String, _ code: Int32, _ layout: Layout) -> ClusterError {
        if output.contains("No space left on device") { return Files.diskFull(layout.directory) }
        let lines = output.split(separator: "\n").suffix(4).joined(separator: "; ")
        return ClusterError(.startFailed, "initdb failed in \(layout.directory) (code \(code)): \(lines)")
    }

    /// The rename is kept through a power cut.
    private static func syncDirectory(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
