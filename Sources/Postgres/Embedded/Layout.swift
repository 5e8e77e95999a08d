import Glibc

/// The places in a data directory.
struct Layout: Sendable {
    /// The longest path that `sockaddr_un` holds, without its final NUL.
    private static let socketPathMax = 107

    let directory: String

    var data: String { "\(directory)/postgres" }
    var lock: String { "\(directory)/lock" }
    var log: String { "\(directory)/postgres.log" }
    var run: String { "\(directory)/run" }
    /// Where `initdb` works until it is done; what is found here was interrupted.
    var unfinished: String { "\(directory)/postgres.unfinished" }
    /// Names the folder under /tmp that stands in for `run` when that is too long for a socket.
    private var socketNote: String { "\(directory)/socket-folder" }

    /// The major version that made the data, nil if there is none yet.
    var major: Int? {
        Files.text("\(data)/PG_VERSION")?.split(separator: "\n").first.flatMap { Int($0) }
    }

    /// Makes the directory if needed; refuses one that holds something else.
    init(_ options: ClusterOptions, account: Account?) throws(ClusterError) {
        try Files.makeDirectories(options.directory, permissions: account == nil ? 0o700 : 0o711)
        guard let directory = Files.resolved(options.directory), let names = Files.names(in: directory) else {
            throw Files.failure(errno, "cannot read", options.directory)
        }
        self.directory = directory
        let foreign = names.filter { $0 != "lost+found" && !options.ownNames.contains($0) }.sorted()
        guard foreign.isEmpty || foreign.contains("lock") else {
            throw ClusterError(
                .foreignDirectory,
                "\(directory) holds \(foreign[0]), which is not of this service: choose an empty "
                    + "directory with --data, or a new one")
        }
        if major == nil, let inside = Files.names(in: data)?.first {
            throw ClusterError(
                .foreignDirectory, "\(data) holds \(inside) but no PG_VERSION: it is no cluster; move it away")
        }
        guard let account else { return }
        // The directory is ours to open; those above it are not.
        if let status = Files.status(directory), status.permissions & 0o011 != 0o011 {
            guard chmod(directory, status.permissions | 0o011) == 0 else {
                throw Files.failure(errno, "cannot change", directory)
            }
        }
        try account.checkReach(of: directory)
    }

    /// A folder that only PostgreSQL's user may enter, short enough for a socket's path.
    func makeSocketFolder(for account: Account?) throws(ClusterError) -> String {
        try makePrivate(run, account)
        guard "\(run)/.s.PGSQL.\(SocketAddress.port)".utf8.count > Self.socketPathMax else { return run }
        if let old = Files.text(socketNote)?.split(separator: "\n").first, old.hasPrefix("/tmp/gatehouse-") {
            Files.removeAll(String(old))
        }
        var template = Array("/tmp/gatehouse-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Files.failure(errno, "cannot make a folder in", "/tmp") }
        let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        try makePrivate(folder, account)
        let note = open(socketNote, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard note >= 0 else { throw Files.failure(errno, "cannot write", socketNote) }
        let line = Array("\(folder)\n".utf8)
        _ = write(note, line, line.count)
        close(note)
        return folder
    }

    func makePrivate(_ path: String, _ account: Account?) throws(ClusterError) {
        try Files.makeDirectories(path, permissions: 0o700)
        guard chmod(path, 0o700) == 0 else { throw Files.failure(errno, "cannot change", path) }
        guard let account else { return }
        guard chown(path, account.user, account.group) == 0 else { throw Files.failure(errno, "cannot give", path) }
    }
}
