import Crypto

/// A hash in the tree of RFC 6962: of a leaf, of a node, or of everything.
public struct TreeHash: Hashable, Sendable {
    /// Its 32 bytes.
    public let bytes: [UInt8]

    /// A hash that was kept; nothing if it has not 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == SHA256.byteCount else { return nil }
        self.bytes = bytes
    }

    private init(hashing bytes: [UInt8]) {
        self.bytes = SHA256.hash(bytes)
    }

    /// A hash in base64; nothing if the text is not exactly how it is written.
    public init?(base64 text: String) {
        guard let bytes = Base64.decode(text), let hash = TreeHash(bytes), hash.base64 == text else { return nil }
        self = hash
    }

    /// The root of a tree without leaves.
    public static let ofNothing = TreeHash(hashing: [])

    /// The hash of a leaf: no node's, since nodes begin otherwise.
    public static func leaf(_ bytes: [UInt8]) -> TreeHash { TreeHash(hashing: [0] + bytes) }

    /// The hash of a node over two others.
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(1 + 2 * SHA256.byteCount)
        bytes += left.bytes
        bytes += right.bytes
        return TreeHash(hashing: bytes)
    }

    /// The hash as checkpoints and proofs write it.
    public var base64: String { Base64.encode(bytes) }
}
