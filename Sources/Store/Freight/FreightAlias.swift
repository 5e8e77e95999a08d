public import Postgres
import Promotions

extension FreightStore {
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
