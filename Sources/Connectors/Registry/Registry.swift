public import HTTPClient
internal import Locks

/// Asks registries that speak the OCI distribution protocol (Docker's registry v2), each request once: whoever calls tries again.
///
/// Credentials go to the host they are for and to the token server that it names, if that may be asked; a redirect is
/// followed for blobs only, and takes none along.
public final class Registry: Sendable {
    let client: HTTPClient
    let credentials: Credentials
    let allowed: AllowedHosts
    let limits: RegistryLimits
    /// What token servers gave, by registry and repository.
    let tokens = Guarded<TokenMemory>(TokenMemory())

    /// A client that knows these credentials and asks these hosts.
    public init(
        client: HTTPClient, credentials: Credentials = Credentials(), allowed: AllowedHosts = AllowedHosts(),
        limits: RegistryLimits = RegistryLimits()
    ) {
        self.client = client
        self.credentials = credentials
        self.allowed = allowed
        self.limits = limits
    }

    /// Whether a registry lets this server read a repository, and speaks the protocol at all.
    public func check(_ repository: String) async throws(RegistryError) {
        let image = try Repository(repository, allowed)
        _ = try await ask(Question("GET", "/v2/", limit: limits.documentBytes), of: image)
    }
}

/// A repository that may be asked.
struct Repository {
    /// As its subscription writes it.
    let text: String
    let name: ImageName
    /// Scheme and host.
    let base: String

    init(_ text: String, _ allowed: AllowedHosts) throws(RegistryError) {
        self.text = text
        guard let name = ImageName(text) else { throw error(.badName) }
        guard allowed.allows(name.host) else { throw error(.hostNotAllowed) }
        self.name = name
        base = (allowed.isPlain(name.host) ? "http://" : "https://") + name.apiHost

        func error(_ reason: RegistryError.Reason) -> RegistryError {
            RegistryError(reason: reason, repository: text, reference: nil)
        }
    }

    func error(_ reason: RegistryError.Reason, _ reference: String? = nil) -> RegistryError {
        RegistryError(reason: reason, repository: text, reference: reference)
    }
}

/// One request, without what lets it in.
struct Question {
    let method: String
    /// What comes after the host.
    let target: String
    let accept: [String]
    let limit: Int

    init(_ method: String, _ target: String, accept: [String] = [], limit: Int) {
        self.method = method
        self.target = target
        self.accept = accept
        self.limit = limit
    }
}

extension HTTPClientResponse {
    /// The values of a header.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}
