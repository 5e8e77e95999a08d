import Glibc

/// The few things that are done to files here. Names are paths; nothing follows from the current directory.
package enum Files {
    struct Status {
        let isDirectory: Bool
        let permissions: UInt32
        let user: uid_t
        let group: gid_t
        let device: UInt
        let inode: UInt
    }

    static func status(_ path: String) -> Status? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        return Status(
            isDirectory: info.st_mode & S_IFMT == S_IFDIR, permissions: info.st_mode & 0o7777, user: info.st_uid,
            group: info.st_gid, device: UInt(info.st_dev), inode: UInt(info.st_ino))
    }

    static func exists(_ path: String) -> Bool { status(path) != nil }

    package static func names(in path: String) -> [String]? {
        guard let directory = opendir(path), let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            // An entry is only as long as its name, shorter than the structure says.
            let name = String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// The beginning of a file, at most 64 KiB.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count < 0 ? nil : String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
        }
    }

    /// Makes the directory and its missing parents; an existing one is left as it is.
    static func makeDirectories(_ path: String, permissions: mode_t) throws(ClusterError) {
        if status(path)?.isDirectory == true { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectories(String(path[..<slash]), permissions: 0o755)
        }
        guard mkdir(path, permissions) == 0 || errno == EEXIST && status(path)?.isDirectory == true else {
            throw failure(errno, "cannot make", path)
        }
    }

    /// Removes a file or a directory with all that is in it; symbolic links are removed, not followed.
    package static func removeAll(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in names(in: path) ?? [] { removeAll("\(path)/\(name)") }
        rmdir(path)
    }

    /// Absolute and without links, so that a child with another current directory means the same.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func freeMegabytes(_ path: String) -> UInt64? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize) >> 20
    }

    static func failure(_ code: Int32, _ action: String, _ path: String) -> ClusterError {
        if code == ENOSPC || code == EDQUOT { return diskFull(path) }
        let reason = String(cString: strerror(code))
        return ClusterError(.notAccessible, "\(action) \(path): \(reason); choose another directory with --data")
    }

    static func diskFull(_ path: String) -> ClusterError {
        var existing = path
        while !exists(existing), let slash = existing.lastIndex(of: "/") { existing = String(existing[..<slash]) }
        let free = freeMegabytes(existing.isEmpty ? "/" : existing).map { "\($0) MB free" } ?? "unknown space free"
        return ClusterError(
            .diskFull,
            "no space left for \(path) (\(free)); a new cluster needs 60 MB: make room, or choose another "
                + "directory with --data")
    }
}
