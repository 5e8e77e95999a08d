import Crypto

/// The tree as RFC 6962, section 2.1, writes it down, word by word and without any thought of speed: what the program's
/// own one, which never goes back, is compared with.
enum RecursiveTree {
    typealias Hash = [UInt8]

    /// MTH(D[n]).
    static func root(_ leaves: ArraySlice<[UInt8]>) -> Hash {
        switch leaves.count {
        case 0: return SHA256.hash([UInt8]())
        case 1: return SHA256.hash([0x00] + leaves[leaves.startIndex])
        default:
            let (left, right) = divided(leaves)
            return SHA256.hash([0x01] + root(left) + root(right))
        }
    }

    /// PATH(m, D[n]).
    static func path(_ m: Int, _ leaves: ArraySlice<[UInt8]>) -> [Hash] {
        guard leaves.count > 1 else { return [] }
        let (left, right) = divided(leaves)
        return m < left.count ? path(m, left) + [root(right)] : path(m - left.count, right) + [root(left)]
    }

    /// PROOF(m, D[n]).
    static func proof(_ m: Int, _ leaves: ArraySlice<[UInt8]>) -> [Hash] {
        subproof(m, leaves, true)
    }

    private static func subproof(_ m: Int, _ leaves: ArraySlice<[UInt8]>, _ isComplete: Bool) -> [Hash] {
        if m == leaves.count { return isComplete ? [] : [root(leaves)] }
        let (left, right) = divided(leaves)
        return m <= left.count
            ? subproof(m, left, isComplete) + [root(right)]
            : subproof(m - left.count, right, false) + [root(left)]
    }

    /// The root that a leaf and its path make, by the way in which the path was made; nothing if it has another length.
    static func root(of leaf: [UInt8], at m: Int, size n: Int, by path: ArraySlice<Hash>) -> Hash? {
        guard n > 1 else { return n == 1 && path.isEmpty ? SHA256.hash([0x00] + leaf) : nil }
        guard let last = path.last else { return nil }
        let k = split(n)
        return m < k
            ? root(of: leaf, at: m, size: k, by: path.dropLast()).map { SHA256.hash([0x01] + $0 + last) }
            : root(of: leaf, at: m - k, size: n - k, by: path.dropLast()).map { SHA256.hash([0x01] + last + $0) }
    }

    /// Both roots that a proof of consistency makes, of which the first one is known where it is a part of the second.
    static func roots(_ m: Int, of first: Hash, in n: Int, by proof: ArraySlice<Hash>, isComplete: Bool = true)
        -> (Hash, Hash)?
    {
        if m == n {
            guard !isComplete else { return proof.isEmpty ? (first, first) : nil }
            return proof.count == 1 ? proof.first.map { ($0, $0) } : nil
        }
        guard let last = proof.last else { return nil }
        let k = split(n)
        if m <= k {
            return roots(m, of: first, in: k, by: proof.dropLast(), isComplete: isComplete)
                .map { ($0, SHA256.hash([0x01] + $1 + last)) }
        }
        return roots(m - k, of: first, in: n - k, by: proof.dropLast(), isComplete: false)
            .map { (SHA256.hash([0x01] + last + $0), SHA256.hash([0x01] + last + $1)) }
    }

    /// The largest power of two smaller than n.
    private static func split(_ n: Int) -> Int {
        var k = 1
        while 2 * k < n { k *= 2 }
        return k
    }

    private static func divided(_ leaves: ArraySlice<[UInt8]>) -> (ArraySlice<[UInt8]>, ArraySlice<[UInt8]>) {
        let middle = leaves.startIndex + split(leaves.count)
        return (leaves[..<middle], leaves[middle...])
    }
}
