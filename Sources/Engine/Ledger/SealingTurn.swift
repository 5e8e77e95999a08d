import Ledger
import Postgres
import Store
import Time

/// One look at the log's tree, in one transaction: it is compared with what the server knew, and events are put in order if
/// no other server does.
struct SealingTurn: Sendable {
    /// The tree as it stands in the database.
    struct Tree: Sendable {
        /// As much of it as is needed to go on.
        var frontier = TreeFrontier()
        /// Every event of a transaction below this one is in it.
        var below: Int64 = 0
        /// Its last checkpoint; nothing of an empty one.
        var signed: SignedCheckpoint?
    }

    /// How it ended.
    struct Outcome: Sendable {
        /// The tree, if it goes on from what the server knew.
        var tree: Tree
        /// The database's clock.
        var now: Instant
        /// How the tree differs from what the server knew; then nothing was sealed.
        var rolledBack: String?
        /// Why this server does not seal.
        var obstacle: SealingObstacle?
        /// What people said, by which the server goes on with a log that it did not know.
        var accepted: String?
        /// How many events were put in order.
        var sealed = 0
        /// Whether there may be more of them.
        var hasMore = false
        /// The event that waits longest.
        var oldestUnsealed: Int64?
    }

    /// How many events are put in order at once.
    static let limit = 10_000

    let keys: SealingKeys?
    let kept: KeptCheckpoint?
    /// The tree as this server saw it last.
    let known: Tree?

    /// Looks; what the tree lacks is a difference like any other.
    func take(_ connection: borrowing Connection) throws -> Outcome {
        do {
            return try look(connection)
        } catch let error as PostgresError where error.kind == .decoding {
            return Outcome(tree: Tree(), now: try CheckpointStore.now(connection), rolledBack: error.message)
        }
    }

    private func look(_ connection: borrowing Connection) throws -> Outcome {
        let isMine = try LeafStore.tryLock(connection)
        let newest = try CheckpointStore.newest(connection)
        let size = newest?.signed.checkpoint.size ?? 0
        var outcome = Outcome(tree: Tree(), now: try CheckpointStore.now(connection))
        if let difference = try difference(newest?.signed, connection) {
            guard let accepted = try acceptance(size, connection) else {
                outcome.rolledBack = difference
                return outcome
            }
            outcome.accepted = accepted
        }
        if let known, known.signed == newest?.signed {
            outcome.tree = known
        } else {
            outcome.tree = Tree(
                frontier: try LeafStore.frontier(size: size, connection), below: newest?.below ?? 0,
                signed: newest?.signed)
        }
        guard outcome.tree.frontier.root == newest?.signed.checkpoint.root ?? .ofNothing else {
            outcome.rolledBack = "the tree of \(size) events is not the one of its checkpoint"
            return outcome
        }
        if isMine { try seal(&outcome, connection) } else if keys == nil { outcome.obstacle = .noKey }
        outcome.oldestUnsealed = try LeafStore.oldestUnsealed(below: outcome.tree.below, connection)
        return outcome
    }

    /// How the log differs from the one that the server knew; nothing if it is that one, or goes on from it.
    private func difference(
        _ newest: SignedCheckpoint?, _ connection: borrowing Connection
    ) throws(PostgresError) -> String? {
        if let newest, let key = keys?.signer.key, newest.signed.signatures.contains(where: { $0.keyID == key.id }),
            !newest.isSigned(by: key)
        {
            return "its checkpoint of \(newest.checkpoint.size) events is not truly signed by this server's key"
        }
        guard let known = kept?.signed.checkpoint, known.size > 0 else { return nil }
        guard let log = newest?.checkpoint, log.size >= known.size else {
            return "it had \(known.size) events and has \(newest?.checkpoint.size ?? 0)"
        }
        guard log.origin == known.origin else { return "it is the log '\(log.origin)', and was '\(known.origin)'" }
        let root = log.size == known.size ? log.root : try LeafStore.roots(of: [0..<known.size], connection).first
        return root == known.root ? nil : "its first \(known.size) events are not those that they were"
    }

    /// What two people said after this server saw its log for the last time, of a log that this one goes on from.
    private func acceptance(_ size: Int64, _ connection: borrowing Connection) throws(PostgresError) -> String? {
        guard let kept else { return nil }
        for rollback in try RollbackStore.approved(after: kept.seenAt, connection) where rollback.size <= size {
            if try LeafStore.roots(of: [0..<rollback.size], connection).first == rollback.root { return rollback.id }
        }
        return nil
    }

    private func seal(_ outcome: inout Outcome, _ connection: borrowing Connection) throws {
        guard let keys else { return outcome.obstacle = .noKey }
        let known = try CheckpointStore.keys(connection).map(\.key)
        outcome.obstacle = .of(keys, among: known)
        guard outcome.obstacle == nil else { return }
        let isAnew = try LeafStore.numberingBeganAnew(since: outcome.tree.below, connection)
        let sealed = try LeafStore.seal(
            after: outcome.tree.frontier.size, below: isAnew ? 0 : outcome.tree.below, limit: Self.limit, connection)
        outcome.hasMore = sealed.leaves.count == Self.limit
        // As long as not all that came in by a restore is in order, the next look is at everything again.
        outcome.tree.below = isAnew && outcome.hasMore ? outcome.tree.below : sealed.below
        guard !sealed.leaves.isEmpty else { return }
        if known.first != keys.signer.key { try CheckpointStore.add(keys.signer.key, connection) }
        var complete: [(TreeNode, TreeHash)] = []
        for leaf in sealed.leaves { outcome.tree.frontier.append(leaf) { complete.append(($0, $1)) } }
        try LeafStore.keep(complete, connection)
        let tree = outcome.tree
        let signed = try SignedCheckpoint(size: tree.frontier.size, root: tree.frontier.root, by: keys.signer)
        try CheckpointStore.add(signed, below: tree.below, connection)
        outcome.tree.signed = signed
        outcome.sealed = sealed.leaves.count
    }
}
