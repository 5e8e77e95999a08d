/// A data directory that is locked, complete and free for a postmaster.
struct PreparedCluster: ~Copyable {
    let layout: Layout
    let address: SocketAddress
    private let lock: DirectoryLock
    private let account: Account?
    private let binaries: Binaries
    private let settings: [String: String]

    init(_ options: ClusterOptions) throws(ClusterError) {
        let account = try Account.forRoot()
        let layout = try Layout(options, account: account)
        let lock = try DirectoryLock(layout.lock)
        let binaries = try Binaries.find(options, madeBy: layout.major)
        let settings = ClusterOptions.defaults.merging(options.settings) { $1 }
        try InitDB.run(binaries, layout, account, settings: settings)
        address = SocketAddress(folder: try layout.makeSocketFolder(for: account))
        self.layout = layout
        self.lock = lock
        self.account = account
        self.binaries = binaries
        self.settings = settings
    }

    func clearLeftovers() throws(ClusterError) {
        try Leftover(directory: layout.data).clear()
    }

    func spawn() throws(ClusterError) -> Child {
        var arguments = ["-D", layout.data, "-p", String(SocketAddress.port), "-k", address.folder]
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) { arguments += ["-c", "\(name)=\(value)"] }
        return try Child(binaries.postgres, arguments, as: account)
    }

    /// Nil once it lets us in, else why not; completes what the first start makes.
    func whyNotReady() -> String? {
        do throws(PostgresError) {
            var options = ConnectionOptions(conninfo: address.url(database: "postgres", user: "postgres"))
            options.statementTimeout = 0
            let connection = try Connection(options)
            try Provisioning.complete(connection)
            return nil
        } catch {
            return error.message
        }
    }

    /// What a clean stop leaves nothing of.
    func cleanUp() {
        if address.folder != layout.run { Files.removeAll(address.folder) }
    }
}
