/// As much of a tree as is needed to go on with it: the complete subtrees side by side that make it up.
public struct TreeFrontier: Equatable, Sendable {
    /// How many leaves the tree has.
    public private(set) var size: Int64
    private var subtrees: [TreeHash]

    /// A tree without leaves.
    public init() {
        size = 0
        subtrees = []
    }

    /// A tree of which `TreeNode.making(up: 0..<size)` have these hashes; nothing if there are more or fewer.
    public init?(size: Int64, subtrees: [TreeHash]) {
        guard size >= 0, subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    /// The hash of everything.
    public var root: TreeHash { .root(over: subtrees) }

    /// Goes on with a leaf; `complete` is told of each subtree above it that has all its leaves now.
    public mutating func append(_ leaf: TreeHash, complete: (TreeNode, TreeHash) -> Void = { _, _ in }) {
        var (height, hash) = (0, leaf)
        while size >> Int64(height) & 1 == 1 {
            hash = .node(subtrees.removeLast(), hash)
            height += 1
            complete(TreeNode(height: height, index: size >> Int64(height)), hash)
        }
        subtrees.append(hash)
        size += 1
    }
}
