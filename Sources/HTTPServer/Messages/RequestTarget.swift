/// The path and the query of a request, decoded once and strictly: what cannot be text is refused, not guessed.
struct RequestTarget {
    /// The decoded parts between the slashes of the path.
    let segments: [String]
    /// The decoded pairs of the query, in their order.
    let query: [QueryItem]

    /// Path and query in one list; their number tells where those of the path end.
    var parts: [String] {
        [String(segments.count)] + segments + query.flatMap { [$0.name, $0.value] }
    }

    /// Reads an origin-form target such as `/v1/tokens?limit=5`.
    init(_ raw: String) throws(Problem) {
        let bytes = Array(raw.utf8)
        guard bytes.first == UInt8(ascii: "/") else {
            throw Problem(.badTarget, "the target must begin with '/'")
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem(
                .badTarget, "the target holds a space, a control character or a character beyond ASCII",
                hint: "percent-encode it")
        }
        let questionMark = bytes.firstIndex(of: UInt8(ascii: "?"))
        var segments: [String] = []
        for part in bytes[1..<(questionMark ?? bytes.count)].split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            segments.append(try Self.decode(part, plusIsSpace: false, what: "path"))
        }
        self.segments = segments
        query = try questionMark.map { (mark) throws(Problem) in try Self.query(bytes[(mark + 1)...]) } ?? []
    }

    /// The pairs of a query alone, by the same rules.
    static func query(_ raw: Substring.UTF8View) throws(Problem) -> [QueryItem] {
        let bytes = Array(raw)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem(
                .badTarget, "the target holds a space, a control character or a character beyond ASCII",
                hint: "percent-encode it")
        }
        return try query(bytes[...])
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(Problem) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            guard items.count < 100 else { throw Problem(.badTarget, "the query has more than 100 parameters") }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(pair[..<equals], plusIsSpace: true, what: "query")
            let value = try decode(pair[equals...].dropFirst(), plusIsSpace: true, what: "query")
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, what: String) throws(Problem) -> String {
        // Nearly always there is nothing to decode, and ASCII is what was let in.
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.endIndex, let high = hexDigit(bytes[index + 1]),
                    let low = hexDigit(bytes[index + 2])
                else {
                    throw Problem(
                        .badTarget, "the \(what) has a '%' without two hexadecimal digits",
                        hint: "write a percent sign as %25")
                }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            guard byte >= 0x20, byte != 0x7F else { throw Problem(.badTarget, "the \(what) holds a control character") }
            decoded.append(byte)
            index += 1
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw Problem(.badTarget, "the \(what) is not valid UTF-8")
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

/// A name and value of a query.
public struct QueryItem: Sendable {
    let name: String
    let value: String
}
