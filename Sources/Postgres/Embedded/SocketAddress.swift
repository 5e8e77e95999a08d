/// The URLs of a cluster that only listens on a Unix socket.
struct SocketAddress: Sendable {
    /// Part of the socket's name; said everywhere, since `PGPORT` could say something else.
    static let port = 5432

    let folder: String

    func url(database: String, user: String) -> String {
        "postgresql:///\(Self.encode(database))?host=\(Self.encode(folder))&port=\(Self.port)&user=\(Self.encode(user))"
    }

    private static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
