/// A complete subtree: it never changes once its leaves are there.
public struct TreeNode: Hashable, Sendable {
    /// It has two to the power of this many leaves; a leaf itself has the height 0.
    public let height: Int
    /// How many of its height stand before it.
    public let index: Int64

    /// The subtree at that place.
    public init(height: Int, index: Int64) {
        self.height = height
        self.index = index
    }

    /// The leaves below it.
    public var leaves: Range<Int64> { index << Int64(height)..<(index + 1) << Int64(height) }

    /// The complete subtrees that make up a part of a tree, the left one first. Folded together they are its root.
    ///
    /// The parts are those into which RFC 6962 divides a tree: each begins where a subtree of its size may.
    public static func making(up leaves: Range<Int64>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = leaves.lowerBound
        while start < leaves.upperBound {
            let fitting = Int64.bitWidth - 1 - (leaves.upperBound - start).leadingZeroBitCount
            let height = start == 0 ? fitting : min(start.trailingZeroBitCount, fitting)
            nodes.append(TreeNode(height: height, index: start >> Int64(height)))
            start += 1 << Int64(height)
        }
        return nodes
    }
}

extension TreeHash {
    /// The root over subtrees that stand side by side, each higher than the next; of nothing where there are none.
    public static func root(over subtrees: [TreeHash]) -> TreeHash {
        guard let last = subtrees.last else { return .ofNothing }
        return subtrees.dropLast().reversed().reduce(last) { .node($1, $0) }
    }
}
