import Promotions

extension Value {
    /// An image's repository: host and path, without scheme, tag and digest.
    func imageRepository(_ findings: inout Findings) -> String? {
        guard let text = text(maximum: 500, &findings) else { return nil }
        if let scheme = text.firstRange(of: "://") {
            findings.refuse(
                place, "an image's repoURL has no scheme", hint: "write \(plain(String(text[scheme.upperBound...])))")
            return nil
        }
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        if let mark = name.firstIndex(where: { $0 == ":" || $0 == "@" }) {
            let what = name[mark] == "@" || name.contains("@") ? "digest" : "tag"
            findings.refuse(
                place, "an image's repoURL has no \(what)",
                hint: "write \(plain(String(text.dropLast(name.distance(from: mark, to: name.endIndex)))))")
            return nil
        }
        guard isRepository(text) else {
            findings.refuse(
                place, "\(quoted(text)) is no repository of images", hint: "write for example ghcr.io/acme/trader")
            return nil
        }
        return text
    }

    /// A git repository that is read over HTTP.
    func gitRepository(_ findings: inout Findings) -> String? {
        guard let text = text(maximum: 500, &findings) else { return nil }
        if text.hasPrefix("https://") || text.hasPrefix("http://") { return text }
        let isShell = text.hasPrefix("ssh://") || text.contains("@") && text.contains(":")
        guard isShell else {
            findings.refuse(
                place, "\(quoted(text)) is no address of a git repository",
                hint: "write for example https://github.com/acme/deploy")
            return nil
        }
        // Kargo gives this up as well, with 1.13.
        findings.cannot(place, "reads git repositories over HTTPS only", hint: "write its https:// address")
        return findings.orchestrator == .kargo ? text : nil
    }

    /// A platform of images.
    func platform(_ findings: inout Findings) -> String? {
        guard let text = optionalText(&findings) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        }
        guard (2...3).contains(parts.count), isPlain else {
            findings.refuse(
                place, "\(quoted(text)) is no platform", hint: "write for example linux/amd64 or linux/arm64/v8")
            return nil
        }
        return text
    }
}

/// Whether a text is made of words that dots and dashes join, with slashes between them, and perhaps a port before the
/// first slash.
private func isRepository(_ text: String) -> Bool {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false)[...]
    if parts.count > 1, let host = parts.first, let colon = host.firstIndex(of: ":") {
        let port = host[host.index(after: colon)...]
        guard !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
        parts[parts.startIndex] = host[..<colon]
    }
    return parts.allSatisfy { part in
        part.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "-" }.allSatisfy { word in
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        }
    }
}
