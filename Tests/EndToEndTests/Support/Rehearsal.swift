import Engine
import Glibc
import JSON
import PostgresTesting
import Testing

/// A project with as many Stages as are wanted, each with something to deploy and something to verify, and one Freight that is
/// wanted in all of them; and servers (Tests/Rehearsal) that do that work on paper, and die where they are told.
struct Rehearsal: Sendable {
    /// A server that records what it does outside.
    struct Server: Sendable {
        let process: ChildProcess
        let client: Client

        /// Ends it without asking, if it has not ended itself.
        nonisolated(nonsending) func kill() async throws {
            process.send(SIGKILL)
            try await eventually("the server is gone") { process.end != nil }
        }
    }

    let database: ServiceDatabase
    let folder: String
    let freight: String
    let token: String

    /// Makes the project; no server runs when this is done, and every Stage has a promotion that waits for a deployer.
    static nonisolated(nonsending) func prepare(
        _ stages: [String], _ database: ServiceDatabase, folder: String
    ) async throws -> Rehearsal {
        let token = freshSecret()
        var freight = ""
        try await withoutDeployer(database, token: token) { client in
            try await client.apply(manifests(stages))
            freight = try await client.freightID(tag: "v1")
            for stage in stages { _ = try await client.promote(freight, to: stage) }
            for stage in stages {
                _ = try await client.eventually(freight, in: stage, "Waiting", code: "promotion.no_deployer")
            }
        }
        return Rehearsal(database: database, folder: folder, freight: freight, token: token)
    }

    /// Lends a server that deploys nothing: what is asked of it waits, and nothing is called for when this is done.
    private static nonisolated(nonsending) func withoutDeployer(
        _ database: ServiceDatabase, token: String, _ body: nonisolated(nonsending) (Client) async throws -> Void
    ) async throws {
        let server = try await Gatehouse.start(
            data: try TestFolder.makeUntilExit(), ["--database", database.serverURL],
            environment: ["GATEHOUSE_ADMIN_TOKEN": token])
        try await body(server.admin)
        try await eventually("every call is answered") {
            try await database.number("select count(*) from stage_calls") == 0
        }
        try await server.stop()
    }

    /// Lends such a server beside what is there.
    nonisolated(nonsending) func withoutDeployer(
        _ body: nonisolated(nonsending) (Client) async throws -> Void
    ) async throws {
        try await Self.withoutDeployer(database, token: token, body)
    }

    static func manifests(_ stages: [String], withPolicies: Bool = true) -> String {
        let head =
            Oracle.projectPolicy() + """
                ---
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Warehouse
                metadata: {name: market, namespace: oracle}
                spec:
                  freightCreationPolicy: Manual
                  subscriptions:
                    - image: {repoURL: ghcr.io/acme/trader, imageSelectionStrategy: Lexical}

                """
        return stages.reduce(head) { text, stage in
            text + """
                ---
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Stage
                metadata: {name: \(stage), namespace: oracle}
                spec:
                  requestedFreight:
                    - {origin: {kind: Warehouse, name: market}, sources: {direct: true}}

                """ + (withPolicies ? policy(of: stage) : "")
        }
    }

    private static func policy(of stage: String) -> String {
        """
        ---
        apiVersion: gatehouse.dev/v1
        kind: StagePolicy
        metadata: {name: \(stage), namespace: oracle}
        spec:
          gates: []
          deploy: {argocd: {application: \(stage), timeout: 10m}}
          verify: [{suite: smoke, mode: enforcing, timeout: 10m}]

        """
    }

    /// Starts a server, which dies at a failpoint if one is named.
    nonisolated(nonsending) func start(
        dieAt place: String? = nil, victim: Int32? = nil, signal: Int32 = SIGKILL, workMilliseconds: Int = 30,
        leaseMilliseconds: Int = 30_000
    ) async throws -> Server {
        var environment = ["WORK_MS": String(workMilliseconds), "LEASE_MS": String(leaseMilliseconds)]
        if let place { environment["DIE_AT"] = place }
        if let victim { environment["VICTIM"] = String(victim) }
        environment["SIGNAL"] = String(signal)
        let program = Program.path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/rehearsal"
        let process = try ChildProcess(program, [database.serverURL, "0", folder], environment: environment)
        try await eventually("the server listens", within: .seconds(60)) {
            process.end != nil || process.output.contains("listening")
        }
        let address = process.output.firstMatch(of: /listening on (\S+)/).map { String($0.1) }
        return Server(process: process, client: Client(url: address ?? "", token: token))
    }

    /// Lets a Stage be looked at.
    nonisolated(nonsending) func call(_ stage: String) async throws {
        try await database.run("insert into stage_calls (project, stage) values ('oracle', '\(stage)')")
    }

    nonisolated(nonsending) func phase(in stage: String) async throws -> String? {
        try await database.texts("select phase from promotions where stage = '\(stage)' order by requested_at desc")
            .first
    }

    nonisolated(nonsending) func hasEnded(_ stage: String) async throws -> Bool {
        try await database.number("select count(*) from promotions where stage = '\(stage)' and ended_at is null") == 0
    }

    /// Lets whoever comes take over what somebody worked on who has died, as if the lease were over.
    nonisolated(nonsending) func letGo() async throws {
        try await database.run("update promotions set leased_until = null where ended_at is null")
    }

    /// Lets the time be over that what is under way in a Stage may take, and not yet the time in which it may stop.
    nonisolated(nonsending) func becomeLate(_ stage: String) async throws {
        try await database.run(
            """
            update promotion_steps s set intended_at = s.intended_at - interval '10 minutes',
                                         not_after = s.not_after - interval '10 minutes'
            from promotions p where p.id = s.promotion and p.stage = '\(stage)' and s.ended_at is null
            """)
    }

    /// Says how what is sent from here on ends, and what is at work.
    func end(as outcome: String) throws {
        try write(outcome, to: folder + "/outcome")
    }

    /// Whether something that was done for promotions into a Stage was told to stop.
    func stopped(_ kind: String, for stage: String) -> Bool {
        records(kind, stage).contains { $0.contains("stopped") }
    }

    /// How often something was sent for the promotions into a Stage, as those who were told recorded it.
    func sent(_ kind: String, for stage: String) -> Int {
        records(kind, stage).joined().split(separator: "\n").count { $0.hasPrefix("sent") }
    }

    private func records(_ kind: String, _ stage: String) -> [String] {
        files().filter { $0.hasPrefix("order.\(stage).") && $0.contains(".\(kind).") }.map {
            String(decoding: RepositoryFile.read("\(folder)/\($0)"), as: UTF8.self)
        }
    }

    private func files() -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}

/// Lends a rehearsal with Stages of these names; servers have to be ended inside.
nonisolated(nonsending) func withRehearsal(
    _ stages: [String] = ["beta"], _ body: nonisolated(nonsending) (Rehearsal) async throws -> Void
) async throws {
    try await withTurn {
        try await withServiceDatabase { database in
            try await withFolder { folder in
                try await body(Rehearsal.prepare(stages, database, folder: folder))
            }
        }
    }
}
