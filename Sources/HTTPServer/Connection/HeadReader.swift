import CMicroHTTPD
import Glibc

/// What the headers of a request say about its framing, read strictly: libmicrohttpd takes requests with two lengths,
/// without a host, or with any transfer coding, and a proxy in front would understand some of them otherwise.
struct RequestHead {
    private(set) var headers = Headers()
    private(set) var declaredLength: Int?
    private(set) var hasBody = false
    private(set) var problem: Problem?
    private var bytes = 0
    private var hosts = 0
    private var lengths = 0
    private var codings = 0

    /// Reads the head of the request on a connection.
    init(_ connection: OpaquePointer, version: UnsafePointer<CChar>?, limit: Int) {
        headers.fields.reserveCapacity(8)
        withUnsafeMutablePointer(to: &self) { head in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    guard let context, let name else { return .NO }
                    context.assumingMemoryBound(to: RequestHead.self).pointee.take(
                        UnsafeRawBufferPointer(start: name, count: nameSize),
                        UnsafeRawBufferPointer(start: value, count: valueSize))
                    return .YES
                }, head)
        }
        checkVersion(version)
        checkFraming(limit: limit)
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        bytes += name.count + value.count + 4
        guard headers.fields.count < 100, problem == nil else {
            refuse(.headersTooLarge, "there are more than 100 header fields")
            return
        }
        guard name.allSatisfy(Self.isTokenByte), !name.isEmpty else {
            refuse(.malformed, "a header's name holds a character that no name may hold")
            return
        }
        guard let text = Self.text(value) else {
            refuse(.badHeader, "a header's value holds a control character or is not valid UTF-8")
            return
        }
        let isHost = name.count == 4 && Self.isEqual(name, "host")
        let isLength = name.count == 14 && Self.isEqual(name, "content-length")
        let isCoding = name.count == 17 && Self.isEqual(name, "transfer-encoding")
        if isHost { hosts += 1 }
        if isLength { takeLength(text) }
        if isCoding { takeCoding(text) }
        headers.fields.append(Header(String(decoding: name, as: UTF8.self), text))
    }

    /// Hands the headers over to who keeps them.
    mutating func takeHeaders() -> Headers {
        defer { headers = Headers() }
        return headers
    }

    private static func isEqual(_ name: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        name.indices.allSatisfy { name[$0] | 0x20 == lowercase.utf8Start[$0] }
    }

    private static func text(_ value: UnsafeRawBufferPointer) -> String? {
        var highest: UInt8 = 0
        for byte in value {
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { return nil }
            highest |= byte
        }
        // ASCII is valid as it is; String makes sure of the rest.
        return highest < 0x80 ? String(decoding: value, as: UTF8.self) : String(validating: value, as: UTF8.self)
    }

    private mutating func takeLength(_ text: String) {
        lengths += 1
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let length = Int(text)
        else {
            refuse(.malformed, "the Content-Length is not a number")
            return
        }
        declaredLength = length
        hasBody = length > 0
    }

    private mutating func takeCoding(_ text: String) {
        codings += 1
        hasBody = true
        if !text.isEqualIgnoringASCIICase(to: "chunked") {
            refuse(.notImplemented, "the only Transfer-Encoding taken is 'chunked'")
        }
    }

    private mutating func checkVersion(_ version: UnsafePointer<CChar>?) {
        guard let version, strcmp(version, "HTTP/1.1") == 0 else {
            guard let version, strcmp(version, "HTTP/1.0") == 0 else {
                refuse(.badVersion, "the request must say HTTP/1.1 or HTTP/1.0")
                return
            }
            if hosts > 1 { refuse(.malformed, "there is more than one Host header") }
            if codings > 0 { refuse(.malformed, "HTTP/1.0 has no Transfer-Encoding") }
            return
        }
        if hosts != 1 {
            refuse(.malformed, hosts == 0 ? "the Host header is missing" : "there is more than one Host header")
        }
    }

    private mutating func checkFraming(limit: Int) {
        if lengths > 1 { refuse(.malformed, "there is more than one Content-Length") }
        if codings > 1 { refuse(.malformed, "there is more than one Transfer-Encoding") }
        if lengths > 0 && codings > 0 {
            refuse(.malformed, "Content-Length and Transfer-Encoding stand in one request")
        }
        if bytes > limit { refuse(.headersTooLarge, "the headers have \(bytes) bytes; at most \(limit) are taken") }
    }

    /// The head was found to hold bytes beside its lines.
    mutating func refuseHiddenBytes() {
        refuse(
            .malformed,
            "the head holds a NUL, a folded or nameless line, more than one space, or a line that does not end with CR LF"
        )
    }

    private mutating func refuse(_ code: ProblemCode, _ detail: String) {
        if problem == nil { problem = Problem(code, detail) }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"),
            UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
