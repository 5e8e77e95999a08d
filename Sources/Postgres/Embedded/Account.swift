import Glibc

/// The user that PostgreSQL runs as: `postgres` when we are root, which it refuses; otherwise ourselves.
struct Account: Sendable {
    let user: uid_t
    let group: gid_t

    /// Nil when no other user is needed.
    static func forRoot() throws(ClusterError) -> Account? {
        guard geteuid() == 0 else { return nil }
        guard let entry = getpwnam("postgres") else {
            throw ClusterError(
                .missingBinaries,
                "PostgreSQL does not run as root, and there is no user postgres: "
                    + "apt-get install postgresql")
        }
        return Account(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }

    /// Refuses a directory into which the user cannot descend, naming the one in the way.
    func checkReach(of path: String) throws(ClusterError) {
        var prefix = ""
        for name in path.split(separator: "/") {
            prefix += "/\(name)"
            guard let status = Files.status(prefix) else { continue }
            let needed: UInt32 = status.user == user ? 0o100 : status.group == group ? 0o010 : 0o001
            guard status.permissions & needed != 0 else {
                throw ClusterError(
                    .notAccessible,
                    "as root PostgreSQL runs as the user postgres, who cannot reach \(path): "
                        + "chmod o+x \(prefix), or choose another directory with --data, such as /var/lib/gatehouse")
            }
        }
    }
}
