/// The keys of one mapping so far.
struct MappingKeys {
    private var lines: [String: Int] = [:]

    /// Adds a key that a mapping may have.
    ///
    /// Keys are compared by their text, as they end in JSON: `1` and `"1"` are the same.
    mutating func insert(_ key: YAMLNode) throws(YAMLError) {
        let position = Position(line: key.line, column: key.column)
        guard case .scalar(let text, let style, let tag) = key.kind else {
            throw YAMLError(.keyNotScalar, at: position)
        }
        if text == "<<", style == .plain, tag == nil { throw YAMLError(.mergeKey, at: position) }
        if let firstLine = lines.updateValue(key.line, forKey: text) {
            throw YAMLError(.duplicateKey(text, firstLine: firstLine), at: position)
        }
    }
}
