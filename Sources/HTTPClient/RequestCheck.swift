extension HTTPClientRequest {
    /// Refuses what could become another request or header than the caller meant.
    func check() throws(HTTPClientError) {
        guard Self.isToken(method) else {
            throw .other("The request's method is no HTTP method; use one such as GET.")
        }
        guard method != "HEAD" || body == nil else {
            throw .other("A HEAD request has no body; leave it away.")
        }
        for (name, value) in headers {
            guard Self.isToken(name) else {
                throw .other("A header's name has a character that no header's name may have; use letters and dashes.")
            }
            guard Self.isOneLine(value) else {
                throw .other("The header '\(name)' has a line break or a NUL in its value; remove it.")
            }
        }
    }

    /// The body of a request that has none, but whose method says that one follows: its length is sent, as 0.
    var emptyBody: [UInt8]? {
        ["POST", "PUT", "PATCH"].contains(method) ? [] : nil
    }

    static func isOneLine(_ value: String) -> Bool {
        !value.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    /// RFC 9110's token, of which methods and headers' names are made.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { character in
                character.isASCII && (character.properties.isAlphabetic || character.properties.numericType != nil)
                    || "!#$%&'*+-.^_`|~".unicodeScalars.contains(character)
            }
    }
}
