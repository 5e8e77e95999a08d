/// Reads YAML.
public enum YAMLDocument {
    /// The root of each document of a text; a document without content is a scalar without text.
    public static func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> [YAMLNode] {
        try parse(Array(text.utf8), limits: limits)
    }

    /// The root of each document of a text in UTF-8.
    public static func parse(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> [YAMLNode] {
        try checkUTF8(bytes)
        try checkTagDirectives(bytes)
        return try bytes.withUnsafeBufferPointer { input throws(YAMLError) in
            var composer = Composer(try EventParser(input), limits: limits)
            return try composer.documents()
        }
    }

    private static func checkUTF8(_ bytes: [UInt8]) throws(YAMLError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw YAMLError(.invalidUTF8, at: Position(ofByte: error.byteOffsets.lowerBound, in: bytes))
        }
    }

    /// libyaml compares each `%TAG` line with all before it: 40,000 of them would take it nine seconds.
    private static func checkTagDirectives(_ bytes: [UInt8]) throws(YAMLError) {
        let limit = 1000
        var count = 0
        // Anywhere, not only where a line starts: YAML 1.1 has five kinds of line break.
        for index in bytes.indices where bytes[index] == UInt8(ascii: "%") {
            guard bytes[index...].starts(with: "%TAG".utf8) else { continue }
            count += 1
            guard count <= limit else {
                throw YAMLError(.tooManyTagDirectives(limit: limit), at: Position(ofByte: index, in: bytes))
            }
        }
    }
}
