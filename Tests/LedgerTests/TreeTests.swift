import Crypto
import SeededTesting
import Testing

@testable import Ledger

/// A tree with all its leaves at hand.
struct WholeTree {
    let leaves: [[UInt8]]

    init(_ leaves: [[UInt8]]) { self.leaves = leaves }

    func frontier(_ size: Int) -> TreeFrontier {
        var tree = TreeFrontier()
        for leaf in leaves.prefix(size) { tree.append(.leaf(leaf)) }
        return tree
    }

    /// The root of a part, made of complete subtrees as the store makes it.
    func root(_ part: Range<Int64>) -> TreeHash {
        .root(
            over: TreeNode.making(up: part).map { node in
                var tree = TreeFrontier()
                for leaf in node.leaves { tree.append(.leaf(leaves[Int(leaf)])) }
                return tree.root
            })
    }

    func inclusion(_ leaf: Int, _ size: Int) -> [TreeHash] {
        TreeProof.inclusion(of: Int64(leaf), size: Int64(size)).map(root)
    }

    func consistency(_ first: Int, _ second: Int) -> [TreeHash] {
        TreeProof.consistency(from: Int64(first), to: Int64(second)).map(root)
    }
}

@Suite struct TreeTests {
    /// The eight leaves with which implementations of Certificate Transparency have been compared from the beginning.
    private static let known = WholeTree(
        [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
            [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57], Array(0x60...0x6F),
        ])
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private static func leaves(_ count: Int, _ generator: inout Seeded) -> WholeTree {
        WholeTree(
            (0..<count).map { _ in
                (0..<Int.random(in: 0...9, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
            })
    }

    @Test func theRootsAreTheKnownOnes() {
        for (size, root) in Self.roots.enumerated() {
            #expect(Hex.encode(Self.known.frontier(size).root.bytes) == root)
            #expect(Hex.encode(RecursiveTree.root(Self.known.leaves.prefix(size))) == root)
        }
    }

    /// The paths and proofs of RFC 6962, section 2.1.3, for the tree of seven leaves that it draws.
    @Test func thePathsAreThoseOfTheStandardsDrawing() {
        let tree = WholeTree((0..<7).map { [UInt8]("d\($0)".utf8) })
        let leaf = (0..<7).map { TreeHash.leaf(tree.leaves[$0]) }
        let (a, b, c, d, e, f, j) = (leaf[0], leaf[1], leaf[2], leaf[3], leaf[4], leaf[5], leaf[6])
        let (g, h, i) = (TreeHash.node(a, b), TreeHash.node(c, d), TreeHash.node(e, f))
        let (k, l) = (TreeHash.node(g, h), TreeHash.node(i, j))
        #expect(tree.inclusion(0, 7) == [b, h, l])
        #expect(tree.inclusion(3, 7) == [c, g, l])
        #expect(tree.inclusion(4, 7) == [f, j, k])
        #expect(tree.inclusion(6, 7) == [i, k])
        #expect(tree.consistency(3, 7) == [c, d, g, l])
        #expect(tree.consistency(4, 7) == [l])
        #expect(tree.consistency(6, 7) == [i, j, k])
    }

    @Test func rootsPathsAndProofsAreThoseOfTheStandardsWords() {
        var generator = Seeded()
        let tree = Self.leaves(70, &generator)
        for size in 0...70 {
            let leaves = tree.leaves.prefix(size)
            #expect(tree.frontier(size).root.bytes == RecursiveTree.root(leaves), "seed \(generator.seed)")
            for leaf in 0..<size {
                #expect(tree.inclusion(leaf, size).map(\.bytes) == RecursiveTree.path(leaf, leaves))
            }
            for first in 1..<max(size, 1) {
                #expect(tree.consistency(first, size).map(\.bytes) == RecursiveTree.proof(first, leaves))
            }
        }
    }

    @Test func everyPathProvesItsLeafToBothVerifiers() {
        var generator = Seeded()
        let tree = Self.leaves(260, &generator)
        for size in [1, 2, 3, 7, 8, 9, 64, 100, 255, 256, 257, 260] {
            let root = tree.frontier(size).root
            for leaf in 0..<size {
                let path = tree.inclusion(leaf, size)
                let bytes = tree.leaves[leaf]
                #expect(
                    TreeProof.proves(.leaf(bytes), at: Int64(leaf), in: root, size: Int64(size), by: path))
                #expect(
                    RecursiveTree.root(of: bytes, at: leaf, size: size, by: path.map(\.bytes)[...]) == root.bytes,
                    "\(leaf) of \(size), seed \(generator.seed)")
            }
        }
    }

    @Test func everyProofOfConsistencyConvincesBothVerifiers() {
        var generator = Seeded()
        let tree = Self.leaves(70, &generator)
        for second in 1...70 {
            for first in 1...second {
                let (old, new) = (tree.frontier(first).root, tree.frontier(second).root)
                let proof = tree.consistency(first, second)
                #expect(TreeProof.proves(old, size: Int64(first), begins: new, size: Int64(second), by: proof))
                let roots = RecursiveTree.roots(first, of: old.bytes, in: second, by: proof.map(\.bytes)[...])
                #expect(roots?.0 == old.bytes && roots?.1 == new.bytes, "\(first) of \(second)")
            }
        }
    }

    /// Whatever the one verifier takes, the other one takes, and the altered is taken by none.
    @Test func whatWasAlteredProvesNothing() {
        var generator = Seeded()
        for _ in 0..<300 {
            let size = Int.random(in: 2...40, using: &generator)
            let tree = Self.leaves(size, &generator)
            let (root, leaf) = (tree.frontier(size).root, Int.random(in: 0..<size, using: &generator))
            let first = Int.random(in: 1..<size, using: &generator)
            for path in Self.altered(tree.inclusion(leaf, size), &generator) {
                #expect(
                    !TreeProof.proves(.leaf(tree.leaves[leaf]), at: Int64(leaf), in: root, size: Int64(size), by: path),
                    "seed \(generator.seed)")
                #expect(
                    RecursiveTree.root(of: tree.leaves[leaf], at: leaf, size: size, by: path.map(\.bytes)[...])
                        != root.bytes)
            }
            let old = tree.frontier(first).root
            for proof in Self.altered(tree.consistency(first, size), &generator) {
                #expect(
                    !TreeProof.proves(old, size: Int64(first), begins: root, size: Int64(size), by: proof),
                    "seed \(generator.seed)")
            }
        }
    }

    @Test func aLeafProvesNothingElsewhere() {
        var generator = Seeded()
        let tree = Self.leaves(21, &generator)
        let root = tree.frontier(21).root
        for leaf in 0..<21 {
            for place in -1...22 where place != leaf {
                #expect(
                    !TreeProof.proves(
                        .leaf(tree.leaves[leaf] + [7]), at: Int64(place), in: root, size: 21,
                        by: tree.inclusion(leaf, 21)))
            }
        }
        // A node's hash is no leaf's: its two parts are no event.
        let parts = TreeHash.leaf(tree.leaves[0]).bytes + TreeHash.leaf(tree.leaves[1]).bytes
        #expect(TreeHash.leaf(parts) != .node(.leaf(tree.leaves[0]), .leaf(tree.leaves[1])))
    }

    private static func altered(_ proof: [TreeHash], _ generator: inout Seeded) -> [[TreeHash]] {
        var all = [proof + [TreeHash.ofNothing]]
        guard let index = proof.indices.randomElement(using: &generator) else { return all }
        var bytes = proof[index].bytes
        bytes[Int.random(in: 0..<32, using: &generator)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        all.append(proof.prefix(index) + [TreeHash(bytes) ?? .ofNothing] + proof.dropFirst(index + 1))
        all.append(Array(proof.prefix(index) + proof.dropFirst(index + 1)))
        if proof.count > 1, proof != proof.reversed() { all.append(proof.reversed()) }
        return all
    }

    @Test func completeSubtreesAreToldOfOnceAndWithTheirHash() {
        var generator = Seeded()
        let whole = Self.leaves(100, &generator)
        var tree = TreeFrontier()
        var told: [TreeNode: TreeHash] = [:]
        for leaf in whole.leaves {
            tree.append(.leaf(leaf)) { node, hash in
                #expect(told.updateValue(hash, forKey: node) == nil)
            }
        }
        // 50 pairs, 25 fours, 12 eights, 6, 3, 1.
        #expect(told.count == 97)
        for (node, hash) in told { #expect(whole.root(node.leaves) == hash) }
    }

    @Test func aTreeGoesOnFromItsSubtrees() {
        var generator = Seeded()
        let whole = Self.leaves(50, &generator)
        for size in 0...49 {
            let subtrees = TreeNode.making(up: 0..<Int64(size)).map { whole.root($0.leaves) }
            var tree = TreeFrontier(size: Int64(size), subtrees: subtrees)
            #expect(tree == whole.frontier(size))
            tree?.append(.leaf(whole.leaves[size]))
            #expect(tree == whole.frontier(size + 1))
            #expect(TreeFrontier(size: Int64(size), subtrees: subtrees + [.ofNothing]) == nil)
        }
    }
}
