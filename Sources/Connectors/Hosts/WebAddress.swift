/// A URL taken apart, as far as what a server sends has to be judged before it is followed.
struct WebAddress: Equatable {
    /// Whether it is `https`.
    let isSecure: Bool
    /// Where it leads.
    let host: HostName
    /// What comes after the host, query included; a fragment is cut off.
    let target: String

    /// Reads an absolute `http` or `https` URL; nil for all else, for user names, and for what would need encoding.
    init?(_ text: String) {
        let lowered = text.prefix(8).lowercased()
        let scheme = lowered.hasPrefix("https://") ? 8 : lowered.hasPrefix("http://") ? 7 : 0
        guard scheme > 0, text.utf8.count <= 8_000, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        let rest = text.dropFirst(scheme).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "\\" }
        guard let host = HostName(String(authority)) else { return nil }
        isSecure = scheme == 8
        self.host = host
        let target = String(rest.dropFirst(authority.count))
        guard target.isEmpty || target.hasPrefix("/") || target.hasPrefix("?") else { return nil }
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    /// The host with the port that is meant where none is written.
    var origin: String { "\(host.name):\(host.port ?? (isSecure ? 443 : 80))" }

    /// The whole URL.
    var text: String { "\(isSecure ? "https" : "http")://\(host)\(target)" }
}
