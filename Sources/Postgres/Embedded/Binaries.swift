import Glibc

/// The programs of one installation of PostgreSQL.
struct Binaries: Sendable {
    let folder: String
    let major: Int

    var postgres: String { "\(folder)/postgres" }
    var initdb: String { "\(folder)/initdb" }

    /// The installation that made the data, else the newest.
    static func find(_ options: ClusterOptions, madeBy major: Int?) throws(ClusterError) -> Binaries {
        let found = installed(options)
        guard !found.isEmpty else {
            let places = options.installations.map { "\($0)/*/bin" }.joined(separator: ", ")
            throw ClusterError(
                .missingBinaries,
                "PostgreSQL is not installed (looked in \(places) and PATH): "
                    + "apt-get install postgresql, or give --database URL")
        }
        guard let major else { return found[0] }
        if let match = found.first(where: { $0.major == major }) { return match }
        let versions = found.map { String($0.major) }.joined(separator: ", ")
        throw ClusterError(
            .versionMismatch,
            "\(options.directory)/postgres was made by PostgreSQL \(major), but installed is "
                + "\(versions): apt-get install postgresql-\(major), or move the data with pg_upgrade")
    }

    /// Newest first; those in PATH only when there is no other.
    private static func installed(_ options: ClusterOptions) -> [Binaries] {
        let packaged = options.installations.flatMap { root in
            (Files.names(in: root) ?? []).compactMap { name in
                Int(name).map { Binaries(folder: "\(root)/\(name)/bin", major: $0) }
            }
        }
        let usable = packaged.filter(\.isComplete).sorted { $0.major > $1.major }
        guard usable.isEmpty else { return usable }
        let path = options.path ?? getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").compactMap { folder in
            let candidate = Binaries(folder: String(folder), major: 0)
            guard candidate.isComplete, let major = candidate.askMajor() else { return nil }
            return Binaries(folder: String(folder), major: major)
        }
    }

    private var isComplete: Bool {
        access(postgres, X_OK) == 0 && access(initdb, X_OK) == 0
    }

    /// "postgres (PostgreSQL) 15.20 (Debian …)".
    private func askMajor() -> Int? {
        guard let child = try? Child(postgres, ["--version"], as: nil) else { return nil }
        let (output, code) = child.finish()
        guard code == 0 else { return nil }
        let words = output.split(separator: " ")
        return words.dropFirst(2).first.flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
