import Glibc
import Postgres
import PostgresTesting
import Store
import Testing

@Suite struct DatabaseTests {
    /// Starts a server that must end by itself, and returns what it said.
    private nonisolated(nonsending) func refused(_ url: String, _ arguments: [String] = []) async throws -> String {
        try await withFolder { folder in
            let process = try Gatehouse.launch(data: folder + "/data", ["--database", url] + arguments)
            defer { process.send(SIGKILL) }
            try await eventually("the server gives up") { process.end != nil }
            #expect(process.end == .exit(1))
            return process.errors
        }
    }

    @Test func theOwnerIsRefused() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await #expect(refused(database.ownerURL).contains("owns the audit log"))
            }
        }
    }

    /// What a role is, and why it may not serve; `maker` is a role that may make roles.
    @Test(arguments: [
        ("superuser", "is a superuser, or can become one"),
        ("in role gatehouse_server, postgres", "is a superuser, or can become one"),
        ("in role gatehouse_server, gatehouse_owner", "owns the audit log"),
        ("createrole in role gatehouse_server", "may make roles"),
        ("in role gatehouse_server, maker", "may make roles"),
    ])
    func aRoleThatCouldBecomeTheLogsOwnerIsRefused(attributes: String, reason: String) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                // Roles belong to the whole cluster, which other tests use too.
                let role = database.name + "_server"
                let maker = database.name + "_maker"
                try await database.run(
                    """
                    create role \(maker) createrole;
                    create role \(role) login \(attributes.replacing("maker", with: maker))
                    """, as: database.superuserURL)
                let said = try await refused(database.url(as: role))
                try await database.run("drop role \(role), \(maker)", as: database.superuserURL)
                #expect(said.contains("the database role '\(role)' \(reason)"))
                #expect(said.contains("serve as a plain role that got its rights by 'gatehouse migrate --server-role"))
            }
        }
    }

    @Test func aRoleThatMayEmptyTheLogIsRefused() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await database.run("grant truncate on audit_events to gatehouse_server")
                try await #expect(refused(database.serverURL).contains("may change or empty the audit log"))
            }
        }
    }

    @Test func anEditedMigrationIsRefused() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await database.run("update schema_migrations set checksum = sha256('x') where number = 2")
                try await #expect(refused(database.serverURL).contains("migration 2 (audit_events) was changed"))
                let again = try await Program.run(["migrate", "--database", database.ownerURL])
                #expect(again.code == 1)
                #expect(again.errors.contains("migration 2 (audit_events) was changed"))
            }
        }
    }

    @Test func aNewerSchemaIsRefused() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await database.run("insert into schema_migrations values (9999, 'future', sha256('x'))")
                try await #expect(refused(database.serverURL).contains("the database's schema is at 9999"))
            }
        }
    }

    @Test func anOlderSchemaIsWaitedFor() async throws {
        try await withTurn {
            try await withServiceDatabase(migrated: false) { database in
                try await withFolder { folder in
                    let process = try Gatehouse.launch(data: folder + "/data", ["--database", database.serverURL])
                    defer { process.send(SIGKILL) }
                    try await eventually("it says what it waits for") {
                        process.errors.contains("run 'gatehouse migrate --database OWNER_URL'")
                    }
                    let port = try await eventualPort(of: process)
                    let client = Client(url: "http://127.0.0.1:\(port)")
                    try await #expect(client.get("/livez").status == 200)
                    let waiting = try await client.get("/readyz")
                    #expect(waiting.code == "server.not_ready")
                    #expect(waiting.header("Retry-After") != nil)
                    try await #expect(client.with("x").get("/v1/whoami").code == "server.not_ready")
                    #expect(!process.errors.contains("listening on"))
                    let migrated = try await Program.run([
                        "migrate", "--database", database.ownerURL, "--server-role", "gatehouse",
                    ])
                    #expect(migrated.code == 0)
                    try await eventually("it is ready") { try await client.get("/readyz").status == 200 }
                    process.send(SIGTERM)
                    try await eventually("it stops") { process.end != nil }
                    #expect(process.end == .exit(0))
                }
            }
        }
    }

    @Test func aServerThatStillWaitsStopsInOrder() async throws {
        try await withTurn {
            try await withServiceDatabase(migrated: false) { database in
                try await withFolder { folder in
                    let process = try Gatehouse.launch(data: folder + "/data", ["--database", database.serverURL])
                    defer { process.send(SIGKILL) }
                    try await eventually("it waits") { process.errors.contains("waiting:") }
                    process.send(SIGTERM)
                    try await eventually("it stops") { process.end != nil }
                    #expect(process.end == .exit(0), "\(process.errors)")
                }
            }
        }
    }

    @Test func aDryRunChangesNothing() async throws {
        try await withServiceDatabase(migrated: false) { database in
            let relations = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
            let outcome = try await Program.run(["migrate", "--database", database.ownerURL, "--dry-run"])
            #expect(outcome.code == 0)
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.hasPrefix("would apply ") })
            #expect(outcome.output.split(separator: "\n").count == Migrator().newest)
            try await #expect(database.number(relations) == 0)
            let real = try await Program.run(["migrate", "--database", database.ownerURL])
            #expect(real.output == outcome.output.replacing("would apply", with: "applied"))
            let again = try await Program.run(["migrate", "--database", database.ownerURL])
            #expect(again.output.contains("nothing to do"))
        }
    }

    /// What servers may do with each table, and with which columns of it.
    private static let privileges = """
        adjustment_approvals: insert select
        adjustments: insert select update(effective_at,withdrawn_at,withdrawn_by,withdrawn_why)
        audit_checkpoints: insert(below,note,root,size) select
        audit_events: insert(actor,at,code,event,freight,project,promotion,stage) select
        audit_keys: insert(key) select
        audit_leaves: insert select
        audit_nodes: insert select
        audit_rollback_approvals: insert(rollback,subject,token) select
        audit_rollbacks: insert(id,known,reason,root,size,subject,token) select
        authentication_failures: delete insert select
        calendars: insert select
        deployments: insert select update(at,withdrawn_at)
        drill: insert select update(anchored_at,rate,simulated)
        epochs: insert select update(epoch)
        freezes: insert select update(ended_at,ended_by,ended_why)
        freight: insert select
        freight_aliases: insert select update(is_current)
        freight_approvals: insert select update(revoked_at,revoked_by,revoked_why,used_by)
        freight_artifacts: insert select
        freight_rejections: insert select update(ended_at,ended_by,ended_why)
        idempotency_keys: delete insert select update(answer,location,status)
        last_watch: insert(until) select update(until)
        notification_deliveries: delete insert(event,receiver) select update(attempts,last_error,next_at)
        notification_receivers: insert select update(above,event,xact)
        occupancies: insert select update(displaced_at,until)
        override_approvals: insert select
        override_reviews: insert select
        overrides: insert(approvals,approve_by,bypasses,covers_unknown,freight,id,justification,project,promotion,requested_at,requested_by,review_within,stage,ticket,token,valid_for) select update(approved_at,consumed_at,consumed_by,covers_until,ended_as,ended_at,ended_by,ended_why,review_due,use_by)
        projects: insert select update(revision)
        promotion_holds: insert select update(at,by,ended_at,ended_by,ended_why,promotion,reason)
        promotion_steps: insert select update(detail,ended_at,outcome,sent_at)
        promotions: insert select update(code,deadline,ended_at,gate,lease,leased_until,next_open,phase,progress,reason,started_at,work)
        purpose: insert select
        refusal_runs: delete insert select update(code,count,event,first_at,last_at,promotion)
        reminders: insert select
        revision_approvals: insert select
        revisions: insert select update(in_force_at,refused_at,refused_by,refused_why)
        schema_migrations: select
        stage_calls: delete insert select
        stage_disablings: insert select update(ended_at,ended_by,ended_why)
        stage_looks: delete insert select update(due)
        stage_verifications: insert select update(revoked_at,revoked_why)
        subject_names: insert select
        subjects: insert select
        tokens: insert select update(last_used_at,revoked_at,revoked_by)
        warehouse_looks: insert select update(ended,failures,hints,lease,leased_until,look_at,looked_at,not_before,report,revision,succeeded_at)
        """

    @Test func serversMayDoExactlyThis() async throws {
        try await withServiceDatabase { database in
            let sql = """
                with granted as (
                    select c.relname, lower(a.privilege_type) as privilege
                    from pg_class c, aclexplode(c.relacl) a
                    where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
                      and c.relkind in ('r', 'S', 'v', 'm', 'p')
                    union all
                    select c.relname, lower(x.privilege_type) || '(' || string_agg(a.attname, ',' order by a.attname) || ')'
                    from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) x
                    where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
                    group by c.relname, x.privilege_type)
                select t.relname || ': ' || coalesce((select string_agg(privilege, ' ' order by privilege)
                    from granted g where g.relname = t.relname), 'nothing')
                from pg_class t where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'v', 'm', 'p') order by t.relname
                """
            try await #expect(database.texts(sql) == Self.privileges.split(separator: "\n").map(String.init))
            let strangers =
                "select count(*) from pg_class c, aclexplode(c.relacl) a where a.grantee = 0 and c.relnamespace = 'public'::regnamespace"
            try await #expect(database.number(strangers) == 0)
        }
    }

    @Test func aRevokedTokenStaysSo() async throws {
        try await withServer { server, database in
            let (_, id) = try await server.admin.makeToken("gone")
            try await #expect(server.admin.delete("/v1/tokens/\(id)").status == 204)
            for url in [database.serverURL, database.ownerURL] {
                let refused = await refusal(database, as: url, "update tokens set revoked_at = null where id = '\(id)'")
                #expect(refused?.contains("for ever") == true)
            }
        }
    }
}
