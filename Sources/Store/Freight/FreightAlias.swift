public import Postgres
import Promotions

extension FreightStore {
    private static let aliases = Statement(
        """
        select a.freight, a.alias from freight_aliases a
        join (select distinct * from unnest($1::text[], $2::text[]) as w (project, freight)) w using (project, freight)
        where a.is_current
        """)

    /// The aliases of Freight, each of the project at its place, by the Freight's ID.
    public static func aliases(
        of freight: [String], in projects: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: String] {
        let rows = try connection.execute(aliases, [.texts(projects), .texts(freight)])
            .map { (row) throws(PostgresError) in (try row.text(0), try row.text(1)) }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    /// An alias that means, and has meant, no Freight of a project. Somebody else may take it before this is committed.
    public static func freeAlias(in project: String, _ connection: borrowing Connection) throws(PostgresError) -> String
    {
        var generator = SystemRandomNumberGenerator()
        var attempt = 0
        while true {
            let drawn = Alias.draw(attempt: attempt, using: &generator)
            if try !isTaken(alias: drawn, in: project, connection) { return drawn }
            attempt += 1
        }
    }
}
