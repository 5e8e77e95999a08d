internal import HTTPClient
internal import JSON
internal import Time

extension Registry {
    /// A token by the way that Docker's registries have (a GET at the realm, with Basic credentials if there are some).
    func token(
        from realm: String, service: String?, scope: String, for repository: Repository
    ) async throws(RegistryError) -> Authorization {
        guard let address = WebAddress(realm) else {
            throw repository.error(.badAnswer("its WWW-Authenticate names no token server."))
        }
        guard mayBeAsked(address, for: repository) else {
            throw repository.error(.tokenHostNotAllowed(address.host.description))
        }
        let login = credentials.login(for: repository.name.host)
        var query = "scope=" + Self.encoded(scope)
        if let service { query = "service=\(Self.encoded(service))&" + query }
        let answer = try await send(
            HTTPClientRequest(
                url: address.text + (address.target.contains("?") ? "&" : "?") + query,
                headers: login.map { [(name: "Authorization", value: $0.basic)] } ?? [],
                timeoutMilliseconds: limits.timeoutMilliseconds, maximumBodyBytes: 64 << 10), for: repository)
        try Self.check(answer, of: repository, hasCredentials: login != nil)
        guard let document = try? JSONValue(parsing: answer.body),
            let token = document["token"]?.string ?? document["access_token"]?.string,
            !token.isEmpty, token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { throw repository.error(.badAnswer("the token server's answer holds no token.")) }
        // A minute is what the specification says where nothing is said; less than that would be lost on the way.
        let seconds = min(max(document["expires_in"]?.integer ?? 60, 60), 3_600)
        return Authorization(value: "Bearer " + token, lifetime: .seconds(seconds - 10))
    }

    /// The registry's own host, by the same scheme; the one that belongs to Docker's Hub; else only one that the operator
    /// named: an answer from outside must not lead this server, and its credentials, into the network around it.
    private func mayBeAsked(_ address: WebAddress, for repository: Repository) -> Bool {
        let host = repository.name.host
        if host.isLoopback, address.host.isLoopback { return true }
        guard address.isSecure || allowed.isPlain(address.host) else { return false }
        return WebAddress(repository.base)?.origin == address.origin || allowed.names(address.host)
            || address.isSecure && address.host.description == repository.name.tokenHost
    }

    /// Percent-encoding for a query's value.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
