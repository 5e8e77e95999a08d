import Ledger
import Postgres
import PostgresTesting
import SeededTesting
import Testing

@testable import Store

/// What the tables give back is the tree that was put into them.
@Suite struct LeafTests {
    private nonisolated(nonsending) func withLog<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await withTables(body)
    }

    /// Adds events, and seals them in batches of this size; the tree that they make.
    private static func seal(
        _ count: Int, batch: Int, _ connection: borrowing Connection
    ) throws -> TreeFrontier {
        try connection.run(
            script: """
                insert into audit_events (at, code, actor, event)
                    select now(), 'a.b', 'x', convert_to(n::text || '{}', 'utf8') from generate_series(1, \(count)) n
                """)
        var (tree, position) = (TreeFrontier(), LeafStore.Position(before: 0))
        while tree.size < Int64(count) {
            let sealed = try LeafStore.seal(after: tree.size, from: position, limit: batch, connection)
            var complete: [(TreeNode, TreeHash)] = []
            for leaf in sealed.leaves { tree.append(leaf) { complete.append(($0, $1)) } }
            try LeafStore.keep(complete, connection)
            position = sealed.lookedUntil ?? .init(before: sealed.oldestRunning)
        }
        return tree
    }

    @Test func theTableHashesAsTheTreeDoes() async throws {
        let (tree, stored) = try await withLog { connection in
            (try Self.seal(700, batch: 300, connection), try LeafStore.frontier(size: 700, connection))
        }
        var own = TreeFrontier()
        for number in 1...700 { own.append(.leaf(Array("\(number){}".utf8))) }
        #expect(tree == own)
        #expect(stored == own)
    }

    /// Large enough that two heights of nodes are kept, and sizes on both sides of where they end.
    @Test func anyPartHasTheRootThatItsLeavesHave() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let wrong = try await withLog { connection in
            var generator = Seeded(seed: seed)
            let count: Int64 = 66_000
            _ = try Self.seal(Int(count), batch: 10_000, connection)
            let leaves = try LeafStore.events(in: 0..<count, limit: Int(count), connection).map(\.hash)
            func root(_ part: Range<Int64>) -> TreeHash {
                var tree = TreeFrontier()
                for leaf in part { tree.append(leaves[Int(leaf)]) }
                return tree.root
            }
            var wrong: [String] = []
            for size in [1, 255, 256, 257, 65_535, 65_536, 65_537, 66_000] as [Int64] {
                let leaf = Int64.random(in: 0..<size, using: &generator)
                let path = try LeafStore.roots(of: TreeProof.inclusion(of: leaf, size: size), connection)
                if !TreeProof.proves(leaves[Int(leaf)], at: leaf, in: root(0..<size), size: size, by: path) {
                    wrong.append("leaf \(leaf) of \(size)")
                }
                let first = Int64.random(in: 1...size, using: &generator)
                let proof = try LeafStore.roots(of: TreeProof.consistency(from: first, to: size), connection)
                if !TreeProof.proves(root(0..<first), size: first, begins: root(0..<size), size: size, by: proof) {
                    wrong.append("\(first) to \(size)")
                }
            }
            return wrong
        }
        #expect(wrong.isEmpty, "seed \(seed)")
    }

    @Test func aTreeThatLacksLeavesIsNoTree() async throws {
        let error = try await withLog { connection in
            _ = try Self.seal(300, batch: 300, connection)
            do throws(PostgresError) {
                _ = try LeafStore.frontier(size: 301, connection)
                return PostgresError?.none
            } catch {
                return error
            }
        }
        #expect(error?.message.contains("lacks hashes") == true)
    }

    @Test func nothingIsSealedTwice() async throws {
        let again = try await withLog { connection in
            _ = try Self.seal(20, batch: 7, connection)
            // From the beginning, as after a restore.
            return try LeafStore.seal(after: 20, from: .init(before: 0), limit: 100, evenRestored: true, connection)
                .leaves.count
        }
        #expect(again == 0)
    }

    @Test func numbersThatNoTransactionHadYetAreNoticed() async throws {
        let found = try await withLog { connection in
            [0, 3, 1 << 60].map { (below) -> Bool? in
                try? LeafStore.numberingBeganAnew(since: .init(before: below), connection)
            }
        }
        #expect(found == [false, false, true])
    }
}
