/// A repository as Docker's clients understand it: what has no host is on Docker Hub.
struct DockerReference {
    /// The shortest way to write it, without tag and digest.
    let name: String

    /// What a text refers to; nothing where it is no reference.
    init?(_ text: String) {
        let untagged = Self.withoutTag(text.prefix { $0 != "@" })
        let slash = untagged.firstIndex(of: "/")
        let first = slash.map { untagged[..<$0] }
        let host = first.flatMap { $0.contains(".") || $0.contains(":") || $0 == "localhost" ? $0 : nil }
        let path = host == nil ? untagged : untagged[untagged.index(after: slash ?? untagged.startIndex)...]
        guard (2...255).contains(path.utf8.count), path.utf8.allSatisfy(Self.isAllowed) else { return nil }
        guard let host, !Self.dockerHub.contains(String(host)) else {
            name = String(path.hasPrefix("library/") ? path.dropFirst("library/".count) : path)
            return
        }
        name = "\(host)/\(path)"
    }

    private static let dockerHub: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]

    /// A colon in the last part of the path begins the tag.
    private static func withoutTag(_ text: Substring) -> Substring {
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return text }
        return text[..<colon]
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "_-./".utf8.contains(byte)
        }
    }
}
