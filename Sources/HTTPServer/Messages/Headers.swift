/// The header fields of a request, in the order in which they came.
public struct Headers: Sendable {
    var fields: [Header] = []

    /// The value of the only field of that name; nothing if it is absent. The name's case does not matter.
    public subscript(name: String) -> String? {
        fields.first { $0.name.isEqualIgnoringASCIICase(to: name) }?.value
    }

    /// All values of the fields of that name.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.isEqualIgnoringASCIICase(to: name) }.map(\.value)
    }
}

extension String {
    func isEqualIgnoringASCIICase(to other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        for (left, right) in zip(utf8, other.utf8) where left != right {
            let folded = left | 0x20
            guard folded == right | 0x20, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(folded) else { return false }
        }
        return true
    }
}
