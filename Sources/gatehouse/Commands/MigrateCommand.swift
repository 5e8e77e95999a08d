import Postgres
import Store

extension Command {
    static let migrate = Command(
        name: "migrate", operands: "",
        summary: "Brings a database's schema up to this program's, as the role that owns it.",
        options: [
            CommandOption("database", "URL", "The database, as the role that owns (or shall own) its tables."),
            CommandOption("server-role", "NAME", "Gives this login role the rights of a server."),
            CommandOption("dry-run", nil, "Only tells what would be done.", hasVariable: false),
        ]
    ) { arguments, terminal in
        guard let url = arguments.value("database") else {
            throw UsageError(description: "which database? Say --database postgresql://OWNER@HOST/NAME")
        }
        let connection = try Connection(conninfo: url)
        let migrator = Migrator()
        let isDryRun = arguments.isOn("dry-run")
        let migrations = isDryRun ? try migrator.pending(connection) : try migrator.migrate(connection)
        for migration in migrations {
            terminal.print("\(isDryRun ? "would apply" : "applied") \(migration.number) \(migration.name)")
        }
        if migrations.isEmpty { terminal.print("the schema is at \(migrator.newest): nothing to do") }
        if !isDryRun, let role = arguments.value("server-role") {
            try ServerRole.grant(to: role, connection)
            terminal.print("'\(role)' has the rights of a server")
        }
        return 0
    }
}
