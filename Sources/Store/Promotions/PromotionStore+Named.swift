public import Postgres
import Promotions

extension PromotionStore {
    private static let named = Statement("select \(columns) where p.id = any($1::text[])")

    /// The promotions of these names in any project, by name.
    public static func promotions(
        named names: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Row] {
        guard !names.isEmpty else { return [:] }
        let rows = try connection.execute(named, [.texts(names)])
            .map { (row) throws(PostgresError) in try read(row) }
        return Dictionary(rows.map { ($0.promotion.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
