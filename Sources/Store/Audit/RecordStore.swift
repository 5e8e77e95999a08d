public import Postgres
import Promotions
import Time

/// What is known of promotions beside themselves: who agreed to each, and the leave that it used.
public enum RecordStore {
    /// A person's yes that let a promotion in.
    public struct Agreement: Sendable {
        /// The yes.
        public let id: String
        /// Whose.
        public let by: String
    }

    private static let agreements = Statement(
        """
        select a.used_by, a.id, s.name from freight_approvals a join subjects s on s.id = a.subject
        where a.used_by = any($1::text[]) order by a.at, a.id
        """)

    /// The yeses that promotions used up, by promotion.
    public static func agreements(
        to promotions: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: [Agreement]] {
        guard !promotions.isEmpty else { return [:] }
        let rows = try connection.execute(agreements, [.texts(promotions)]).map { (row) throws(PostgresError) in
            (try row.text(0), Agreement(id: try row.text(1), by: try row.text(2)))
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}

extension PromotionStore {
    private static let named = Statement("select \(columns) where p.id = any($1::text[])")

    /// The promotions of these names, by name.
    public static func promotions(
        named names: [String], _ connection: borrowing Connection
    ) throws(PostgresError) -> [String: Row] {
        guard !names.isEmpty else { return [:] }
        let rows = try connection.execute(named, [.texts(names)])
            .map { (row) throws(PostgresError) in try read(row) }
        return Dictionary(rows.map { ($0.promotion.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
