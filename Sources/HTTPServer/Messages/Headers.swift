/// The header fields of a request, in the order in which they came.
public struct Headers: Sendable {
    var fields: [Header] = []

    /// The value of the only field of that name; nothing if it is absent. The name's case does not matter.
    public subscript(name: String) -> String? {
        // By index: a closure would be handed a copy of each field.
        for index in fields.indices where fields[index].name.isEqualIgnoringASCIICase(to: name) {
            return fields[index].value
        }
        return nil
    }

    /// All values of the fields of that name.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.isEqualIgnoringASCIICase(to: name) }.map(\.value)
    }
}

extension String {
    func isEqualIgnoringASCIICase(to other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let (lefts, rights) = (utf8Span.span, other.utf8Span.span)
        for index in lefts.indices where lefts[index] != rights[index] {
            let folded = lefts[index] | 0x20
            guard folded == rights[index] | 0x20, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(folded) else {
                return false
            }
        }
        return true
    }
}
