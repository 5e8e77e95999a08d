public import Ledger
public import Postgres

/// The log's order: which event is which leaf of its tree, and the hashes that proofs are made of.
public enum LeafStore {
    /// What was put in order by one statement.
    public struct Sealed: Sendable {
        /// The new leaves, in order.
        public let leaves: [TreeHash]
        /// The oldest transaction that was running.
        public let oldestRunning: Int64
        /// How far it was looked, where there is more behind that.
        public let lookedUntil: Position?
    }

    /// A place in the order of events: by their transactions, and in each by their numbers.
    public struct Position: Equatable, Sendable {
        /// The transaction.
        public let transaction: Int64
        /// The event; 0 is before all of that transaction.
        public let event: Int64

        /// Before all events of a transaction; 0 is before everything.
        public init(before transaction: Int64) {
            self.init(transaction: transaction, event: 0)
        }

        init(transaction: Int64, event: Int64) {
            self.transaction = transaction
            self.event = event
        }
    }

    /// A leaf with its event.
    public struct Leaf: Sendable {
        /// Where it stands.
        public let leaf: Int64
        /// Its hash.
        public let hash: TreeHash
        /// The event's bytes.
        public let event: [UInt8]
    }

    /// Heights of which complete subtrees are kept: of every eighth.
    public static let step = 8

    // The first key tells this lock from others. Whoever has it seals, until its transaction ends.
    private static let tryLock = Statement("select pg_try_advisory_xact_lock(4748, 0)")
    // The leaf is looked for event by event, which no plan can turn into a join of everything.
    //
    // A transaction at or above the oldest running one may still write events that come before those that are there. What
    // no transaction of this database has had as its number yet came in by a restore, and is complete.
    private static let seal = Statement(
        """
        with bounds as materialized (
            select pg_snapshot_xmin(pg_current_snapshot()) as low, pg_snapshot_xmax(pg_current_snapshot()) as high),
        looked_at as materialized (
            select e.id, e.xact from audit_events e
            where (e.xact, e.id) > ($1::xid8, $4::bigint)
              and (e.xact < (select low from bounds) or $5::boolean and e.xact >= (select high from bounds))
            order by e.xact, e.id limit $3::bigint),
        found as materialized (
            select e.id, e.xact, e.event from looked_at f join audit_events e on e.id = f.id
            where (select l.leaf from audit_leaves l where l.event = f.id) is null),
        sealed as (
            insert into audit_leaves (leaf, event, hash)
            select $2::bigint + row_number() over (order by xact, id) - 1, id, sha256('\\x00'::bytea || event) from found
            returning leaf, hash)
        select s.hash, b.low, f.xact, f.id
        from bounds b
        left join (select xact, id from looked_at order by xact, id offset $3::bigint - 1) f on true
        left join sealed s on true order by s.leaf
        """)
    private static let numberingBeganAnew = Statement(
        "select $1::xid8 > pg_snapshot_xmax(pg_current_snapshot())")
    private static let oldestUnsealed = Statement(
        """
        select e.id from audit_events e
        where (e.xact, e.id) > ($1::xid8, $2::bigint) and (select l.leaf from audit_leaves l where l.event = e.id) is null
        order by e.xact, e.id limit 1
        """)
    private static let leafOfEvent = Statement("select leaf, hash from audit_leaves where event = $1")
    private static let range = Statement(
        """
        select l.leaf, l.hash, e.event from audit_leaves l join audit_events e on e.id = l.event
        where l.leaf >= $1 and l.leaf < $2 order by l.leaf limit $3
        """)
    private static let leaves = Statement(
        """
        select r.n, l.hash from unnest($1::bigint[], $2::bigint[]) with ordinality as r (first, past, n)
        cross join lateral (
            select leaf, hash from audit_leaves where leaf >= r.first and leaf < r.past order by leaf offset 0) l
        order by r.n, l.leaf
        """)
    private static let nodes = Statement(
        """
        select r.n, x.hash from unnest($1::smallint[], $2::bigint[], $3::bigint[]) with ordinality
            as r (height, first, past, n)
        cross join lateral (
            select index, hash from audit_nodes
            where height = r.height and index >= r.first and index < r.past order by index offset 0) x
        order by r.n, x.index
        """)
    private static let addNodes = Statement(
        """
        insert into audit_nodes (height, index, hash)
        select height, index, substring($3::bytea from (n::int - 1) * 32 + 1 for 32)
        from unnest($1::smallint[], $2::bigint[]) with ordinality as t (height, index, n)
        """)

    /// Takes the right to seal until the transaction ends; not if another server has it.
    public static func tryLock(_ connection: borrowing Connection) throws(PostgresError) -> Bool {
        try connection.execute(tryLock).first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }

    /// Looks at so many events behind a position, and puts those that have no leaf in order behind the leaves that there are.
    ///
    /// With `evenRestored` also at those whose transactions this database has not had yet.
    public static func seal(
        after size: Int64, from position: Position, limit: Int, evenRestored: Bool = false,
        _ connection: borrowing Connection
    ) throws(PostgresError) -> Sealed {
        let rows = try connection.execute(
            seal,
            [
                .int(position.transaction), .int(size), .int(Int64(limit)), .int(position.event), .bool(evenRestored),
            ]
        ).map { (row) throws(PostgresError) in
            (try row.bytesOrNil(0), try row.int(1), try row.intOrNil(2), try row.intOrNil(3))
        }
        guard let (_, low, transaction, event) = rows.first else { throw .unexpected("sealing told nothing") }
        return Sealed(
            leaves: try rows.compactMap { $0.0 }.map(hash), oldestRunning: low,
            lookedUntil: transaction.flatMap { transaction in
                event.map { Position(transaction: transaction, event: $0) }
            })
    }

    /// Whether transactions have smaller numbers than they had: the database was restored from a dump.
    public static func numberingBeganAnew(
        since position: Position, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(numberingBeganAnew, [.int(position.transaction)])
            .first { (row) throws(PostgresError) in try row.bool(0) } ?? false
    }

    /// The event that waits longest for a leaf.
    public static func oldestUnsealed(
        from position: Position, _ connection: borrowing Connection
    ) throws(PostgresError) -> Int64? {
        try connection.execute(oldestUnsealed, [.int(position.transaction), .int(position.event)])
            .first { (row) throws(PostgresError) in try row.int(0) }
    }

    /// The leaf of an event, if it has one yet.
    public static func leaf(
        ofEvent event: Int64, _ connection: borrowing Connection
    ) throws(PostgresError) -> (leaf: Int64, hash: TreeHash)? {
        try connection.execute(leafOfEvent, [.int(event)]).first { (row) throws(PostgresError) in
            (try row.int(0), try hash(row.bytes(1)))
        }
    }

    /// Leaves with their events, in order, at most so many.
    public static func events(
        in leaves: Range<Int64>, limit: Int, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Leaf] {
        try connection.execute(
            range, [.int(leaves.lowerBound), .int(leaves.upperBound), .int(Int64(limit))]
        ).map { (row) throws(PostgresError) in
            Leaf(leaf: try row.int(0), hash: try hash(row.bytes(1)), event: try row.bytes(2))
        }
    }

    /// Keeps complete subtrees; those of other heights than every eighth are made anew when they are needed.
    public static func keep(
        _ complete: [(node: TreeNode, hash: TreeHash)], _ connection: borrowing Connection
    ) throws(PostgresError) {
        let kept = complete.filter { $0.node.height > 0 && $0.node.height % step == 0 }
        guard !kept.isEmpty else { return }
        _ = try connection.execute(
            addNodes,
            [
                .ints(kept.map { Int64($0.node.height) }), .ints(kept.map(\.node.index)),
                .bytes(kept.flatMap(\.hash.bytes)),
            ])
    }

    /// The roots of parts of the tree, as proofs need them: made of what is kept, all by two statements.
    public static func roots(
        of parts: [Range<Int64>], _ connection: borrowing Connection
    ) throws(PostgresError) -> [TreeHash] {
        let nodes = parts.map { TreeNode.making(up: $0) }
        var found = try subtrees(nodes.flatMap(\.self), connection)[...]
        return nodes.map { part in
            defer { found = found.dropFirst(part.count) }
            return .root(over: Array(found.prefix(part.count)))
        }
    }

    /// What proves that leaves are in the tree of that size: of each the hashes from the leaf up to the root.
    public static func proofs(
        of leaves: [Int64], size: Int64, _ connection: borrowing Connection
    ) throws(PostgresError) -> [[TreeHash]] {
        let parts = leaves.map { TreeProof.inclusion(of: $0, size: size) }
        var found = try roots(of: parts.flatMap(\.self), connection)[...]
        return parts.map { part in
            defer { found = found.dropFirst(part.count) }
            return Array(found.prefix(part.count))
        }
    }

    /// The tree of that size, to go on with.
    public static func frontier(
        size: Int64, _ connection: borrowing Connection
    ) throws(PostgresError) -> TreeFrontier {
        let hashes = try subtrees(TreeNode.making(up: 0..<size), connection)
        guard let tree = TreeFrontier(size: size, subtrees: hashes) else { throw .unexpected("the tree has no leaves") }
        return tree
    }

    /// The roots of complete subtrees, each made of the leaves, or of the kept roots of the next height below.
    private static func subtrees(
        _ wanted: [TreeNode], _ connection: borrowing Connection
    ) throws(PostgresError) -> [TreeHash] {
        let bases = wanted.map { node in
            let rest = node.height % step
            return (height: node.height - rest, range: node.index << Int64(rest)..<(node.index + 1) << Int64(rest))
        }
        var hashes = [[TreeHash]](repeating: [], count: wanted.count)
        let low = bases.indices.filter { bases[$0].height == 0 }
        if !low.isEmpty {
            try collect(
                leaves,
                [.ints(low.map { bases[$0].range.lowerBound }), .ints(low.map { bases[$0].range.upperBound })],
                low, into: &hashes, connection)
        }
        let high = bases.indices.filter { bases[$0].height > 0 }
        if !high.isEmpty {
            try collect(
                nodes,
                [
                    .ints(high.map { Int64(bases[$0].height) }), .ints(high.map { bases[$0].range.lowerBound }),
                    .ints(high.map { bases[$0].range.upperBound }),
                ], high, into: &hashes, connection)
        }
        return try zip(bases, hashes).map { (base, hashes) throws(PostgresError) in
            guard hashes.count == base.range.count else {
                throw .unexpected("the log's tree lacks hashes of height \(base.height) in \(base.range)")
            }
            var tree = TreeFrontier()
            for hash in hashes { tree.append(hash) }
            return tree.root
        }
    }

    private static func collect(
        _ statement: Statement, _ parameters: [Parameter], _ places: [Int], into hashes: inout [[TreeHash]],
        _ connection: borrowing Connection
    ) throws(PostgresError) {
        let rows = try connection.execute(statement, parameters).map { (row) throws(PostgresError) in
            (try row.int(0), try hash(row.bytes(1)))
        }
        for (place, hash) in rows { hashes[places[Int(place) - 1]].append(hash) }
    }

    private static func hash(_ bytes: [UInt8]) throws(PostgresError) -> TreeHash {
        guard let hash = TreeHash(bytes) else { throw .unexpected("a hash of the log has not 32 bytes") }
        return hash
    }
}
