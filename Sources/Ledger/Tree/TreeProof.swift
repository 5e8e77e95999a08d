/// Which parts of a tree a proof is made of, and whether hashes prove what they are said to (RFC 9162, section 2.1).
public enum TreeProof {
    /// The parts whose roots prove that a leaf is in the tree of that size.
    public static func inclusion(of leaf: Int64, size: Int64) -> [Range<Int64>] {
        var (path, part) = ([Range<Int64>](), 0..<size)
        while part.count > 1 {
            let (left, right) = divided(part)
            (part, path) = leaf < left.upperBound ? (left, path + [right]) : (right, path + [left])
        }
        return path.reversed()
    }

    /// The parts whose roots prove that the tree of the first size is the beginning of the second one's.
    public static func consistency(from first: Int64, to second: Int64) -> [Range<Int64>] {
        guard first > 0 else { return [] }
        var (path, part) = ([Range<Int64>](), 0..<second)
        while first < part.upperBound {
            let (left, right) = divided(part)
            (part, path) = first <= left.upperBound ? (left, path + [right]) : (right, path + [left])
        }
        // Whoever has the first root knows this part already if it is all of the first tree.
        if part.lowerBound > 0 { path.append(part) }
        return path.reversed()
    }

    private static func divided(_ part: Range<Int64>) -> (left: Range<Int64>, right: Range<Int64>) {
        let height = Int64.bitWidth - 1 - (part.upperBound - part.lowerBound - 1).leadingZeroBitCount
        let middle = part.lowerBound + 1 << Int64(height)
        return (part.lowerBound..<middle, middle..<part.upperBound)
    }

    /// Whether the proof shows that the leaf stands at this place in the tree with that root.
    public static func proves(
        _ leaf: TreeHash, at index: Int64, in root: TreeHash, size: Int64, by proof: [TreeHash]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (place, last, hash) = (index, size - 1, leaf)
        for other in proof {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = .node(other, hash)
                climb(&place, &last)
            } else {
                hash = .node(hash, other)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether the proof shows that the first tree is the beginning of the second one.
    public static func proves(
        _ first: TreeHash, size firstSize: Int64, begins second: TreeHash, size secondSize: Int64, by proof: [TreeHash]
    ) -> Bool {
        guard firstSize > 0, firstSize < secondSize else {
            // Every tree begins with nothing, and with itself.
            return proof.isEmpty
                && (firstSize == 0 ? first == .ofNothing : firstSize == secondSize && first == second)
        }
        var (place, last) = (firstSize - 1, secondSize - 1)
        while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
        // The first tree is itself a part of the second one: then nobody had to say its root.
        let path = place == 0 ? [first] + proof : proof
        guard let start = path.first else { return false }
        var (old, new) = (start, start)
        for other in path.dropFirst() {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                (old, new) = (.node(other, old), .node(other, new))
                climb(&place, &last)
            } else {
                new = .node(new, other)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && old == first && new == second
    }

    /// Passes over the heights at which a part at the right edge has no neighbour.
    private static func climb(_ place: inout Int64, _ last: inout Int64) {
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
    }
}
