/// One name for repositories that can be written in several ways, as Kargo compares them.
public enum RepositoryName {
    /// The name of a git repository: in lower case, without credentials, a last slash and `.git`; what is no address
    /// of one stays as it was written.
    public static func git(_ written: String) -> String {
        let bare = written.unicodeScalars.filter { !isBlank($0) }
        let text = String(String.UnicodeScalarView(bare))
        guard !text.isEmpty, !hasInnerBlanks(written) else { return written }
        let hasScheme = schemes.contains { text.hasPrefix($0 + "://") }
        let name = hasScheme ? address(text) : secureCopy(text)
        return name?.lowercased() ?? written
    }

    /// The name of a chart's repository: in lower case, without `oci://`, and Docker Hub's without their host.
    public static func chart(_ written: String) -> String {
        var text = trimmed(written).lowercased()
        if text.hasPrefix("oci://") { text.removeFirst("oci://".count) }
        return DockerReference(text)?.name ?? text
    }

    /// The name of an image's repository: Docker Hub's without their host; what is no reference stays as it was written.
    public static func image(_ written: String) -> String {
        DockerReference(written)?.name ?? written
    }

    /// Two parts of a path with one slash between them, as Go's `path.Join` writes it.
    static func joined(_ base: String, _ name: String) -> String {
        guard !base.isEmpty || !name.isEmpty else { return "" }
        let path = [base, name].filter { !$0.isEmpty }.joined(separator: "/")
        let isRooted = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isRooted {
                parts.append(part)
            }
        }
        let clean = (isRooted ? "/" : "") + parts.joined(separator: "/")
        return clean.isEmpty ? "." : clean
    }

    // MARK: Addresses of git repositories

    private static let schemes = ["http", "https", "ssh"]

    /// `http(s)://[credentials@]host[:port][/path]`, whose credentials go, and `ssh://`, where the user belongs to it.
    private static func address(_ text: String) -> String? {
        guard let scheme = schemes.first(where: { text.hasPrefix($0 + "://") }) else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        guard !rest.contains("?"), isEscapedWell(rest) else { return nil }
        let (main, fragment) = split(rest, at: "#")
        let (authority, path) = split(main, at: "/")
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard isHost(host) else { return nil }
        let kept = scheme == "ssh" ? authority : host
        return "\(scheme)://\(kept)\(withoutEnding(path))\(fragment)"
    }

    /// `[user@]host[:path]`.
    private static func secureCopy(_ text: String) -> String? {
        let (userHost, rest) = split(text[...], at: ":")
        let parts = userHost.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.last, isWord(host, with: "-.") else { return nil }
        guard host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }),
            parts.count == 1 || isWord(parts[0], with: "-")
        else { return nil }
        let (path, query) =
            rest.dropFirst().firstIndex { "?#".contains($0) }
            .map { (rest.dropFirst()[..<$0], rest[$0...]) } ?? (rest.dropFirst(), "")
        let (first, _) = split(path, at: "/")
        guard !first.contains(":"), isEscapedWell(path) else { return nil }
        let bare = withoutEnding(path)
        return bare.isEmpty ? "ssh://\(userHost)" : "ssh://\(userHost)/\(bare)\(query)"
    }

    private static func withoutEnding(_ path: Substring) -> Substring {
        let path = path.hasSuffix("/") ? path.dropLast() : path
        return path.hasSuffix(".git") ? path.dropLast(4) : path
    }

    /// A text before the first of a character, and from there on.
    private static func split(_ text: Substring, at mark: Character) -> (before: Substring, from: Substring) {
        guard let index = text.firstIndex(of: mark) else { return (text, "") }
        return (text[..<index], text[index...])
    }

    private static func isHost(_ host: Substring) -> Bool {
        guard !host.hasPrefix("[") else { return host.contains("]") }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return false }
        return parts.count == 1 || parts[1].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isWord(_ text: Substring, with others: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal)
                    || scalar == "_" || others.unicodeScalars.contains(scalar)
            }
    }

    /// Whether each percent sign stands before two hexadecimal digits.
    private static func isEscapedWell(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { $0.count >= 2 && $0.prefix(2).allSatisfy { $0.isASCII && $0.isHexDigit } }
    }

    // MARK: Blanks

    /// What Go's `unicode` calls a space or unprintable.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: true
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.unicodeScalars.drop(while: isBlank)
        return String(String.UnicodeScalarView(start.reversed().drop(while: isBlank).reversed()))
    }

    private static func hasInnerBlanks(_ text: String) -> Bool {
        trimmed(text).unicodeScalars.contains(where: isBlank) || trimmed(text).lowercased().contains("%20")
    }
}
