/// What a registry asks for before it answers: the header `WWW-Authenticate` (RFC 9110, section 11).
enum Challenge: Equatable {
    case basic
    case bearer(realm: String, service: String?, scope: String?)

    /// The first challenge of these headers that is understood.
    init?(headers: [String]) {
        for header in headers {
            if let challenge = Self.read(header) {
                self = challenge
                return
            }
        }
        return nil
    }

    private static func read(_ header: String) -> Challenge? {
        let scheme = header.prefix { $0 != " " }.lowercased()
        guard scheme == "bearer" else { return scheme == "basic" ? .basic : nil }
        let values = parameters(header.dropFirst(6))
        guard let realm = values["realm"], !realm.isEmpty else { return nil }
        return .bearer(realm: realm, service: values["service"], scope: values["scope"])
    }

    /// `name="value"` or `name=value`, with commas between.
    private static func parameters(_ text: Substring) -> [String: String] {
        var values: [String: String] = [:]
        var rest = text
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            let name = rest.prefix { $0 != "=" }.lowercased()
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, rest.popFirst() == "=" else { return values }
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while let next = rest.popFirst(), next != "\"" {
                    value.append(next == "\\" ? rest.popFirst() ?? next : next)
                }
            } else {
                value = String(rest.prefix { $0 != "," && $0 != " " })
                rest = rest.dropFirst(value.count)
            }
            values[name] = value
        }
    }
}
