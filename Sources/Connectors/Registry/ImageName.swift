/// An image's repository, taken apart: which registry, and which path there.
public struct ImageName: Hashable, Sendable {
    /// The registry as people write it; Docker's own where none is written.
    public let host: HostName
    /// The path within the registry.
    public let path: String

    /// Reads `[host[:port]/]path`, without scheme, tag or digest; nil if it is none.
    ///
    /// As for Docker, what comes before the first slash is a host only if it has a dot or a port, or is `localhost`.
    public init?(_ repository: String) {
        guard repository.utf8.count <= 500 else { return nil }
        let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
        var rest = parts[...]
        var host: HostName?
        if parts.count > 1, let first = parts.first,
            first.contains(".") || first.contains(":") || first == "localhost"
        {
            guard let named = HostName(String(first)) else { return nil }
            host = named.name == "index.docker.io" ? Self.hub : named
            rest = rest.dropFirst()
        }
        guard let chosen = host ?? Self.hub, rest.allSatisfy(Self.isPathPart) else { return nil }
        self.host = chosen
        path = (chosen == Self.hub && rest.count == 1 ? "library/" : "") + rest.joined(separator: "/")
    }

    private static let hub = HostName("docker.io")

    /// Where the registry's API is: Docker's own has another name for it.
    var apiHost: String { host == Self.hub ? "registry-1.docker.io" : host.description }

    /// Where tokens come from, beside the registry itself.
    var tokenHost: String? { host == Self.hub ? "auth.docker.io" : nil }

    /// Lower-case letters and digits, with single separators between them.
    private static func isPathPart(_ part: Substring) -> Bool {
        func isSeparator(_ byte: UInt8) -> Bool { ".-_".utf8.contains(byte) }
        guard let first = part.utf8.first, let last = part.utf8.last, !isSeparator(first), !isSeparator(last) else {
            return false
        }
        return part.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || isSeparator($0) }
            && !part.contains("..") && !part.contains("___")
    }
}

/// What a tag may be by the distribution specification.
enum TagName {
    static func isValid(_ tag: String) -> Bool {
        guard 1...128 ~= tag.utf8.count, let first = tag.utf8.first else { return false }
        return first != UInt8(ascii: ".") && first != UInt8(ascii: "-")
            && tag.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
