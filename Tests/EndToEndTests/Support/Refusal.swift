import Postgres

/// Why the database did not do something; nothing if it did.
nonisolated(nonsending) func refusal(_ database: ServiceDatabase, as url: String, _ sql: String) async -> String? {
    do {
        try await database.run(sql, as: url)
        return nil
    } catch let error as PostgresError {
        return error.message
    } catch {
        return "\(error)"
    }
}
