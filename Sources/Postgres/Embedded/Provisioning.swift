/// The roles and the database that the service expects; made when missing, so that an interrupted start is completed.
enum Provisioning {
    private static let roles = Statement("select rolname from pg_roles where rolname like 'gatehouse%'")
    private static let databases = Statement("select 1 from pg_database where datname = 'gatehouse'")

    static func complete(_ connection: borrowing Connection) throws(PostgresError) {
        let roles = try connection.execute(roles).map { (row) throws(PostgresError) in try row.text(0) }
        if !roles.contains("gatehouse_owner") {
            try connection.run(script: "create role gatehouse_owner login createrole")
        }
        if !roles.contains("gatehouse") {
            try connection.run(script: "create role gatehouse login")
        }
        if try connection.execute(databases).isEmpty {
            try connection.run(script: "create database gatehouse owner gatehouse_owner template template0")
        }
    }
}
