import API
import Connectors
import Engine
import HTTPClient

/// What `gatehouse serve` was told of the world that Warehouses look at, of who hints at it, and of who is
/// told what happens.
struct OutsideOptions {
    private static let fileLimit = 1 << 20

    private let registryAuth: String?
    private let gitAuth: String?
    private let hooks: String?
    private let notify: String?
    /// Where people find this service, if somebody said.
    let publicURL: String?
    private let allowed: Set<HostName>
    private let plainHTTP: Set<HostName>

    init(_ arguments: ParsedArguments) throws(UsageError) {
        registryAuth = arguments.value("registry-auth")
        gitAuth = arguments.value("git-auth")
        hooks = arguments.value("hooks")
        notify = arguments.value("notify")
        publicURL = try arguments.value("public-url").map { (text) throws(UsageError) in try Self.address(text) }
        allowed = try Self.hosts("allow-host", arguments)
        plainHTTP = try Self.hosts("registry-plain-http", arguments)
    }

    /// The connections, with the credentials that the files hold; a drill's lead to this machine only.
    func connections(isDrill: Bool) throws -> Connections {
        var configuration = Connections.Configuration(
            client: Self.client)
        if let registryAuth {
            configuration.registryCredentials = try Credentials(
                dockerConfig: Files.read(registryAuth, limit: Self.fileLimit))
        }
        if let gitAuth {
            configuration.gitCredentials = try Credentials(gitCredentials: Files.read(gitAuth, limit: Self.fileLimit))
        }
        configuration.allowed = allowed
        configuration.plainHTTP = plainHTTP
        configuration.isLoopbackOnly = isDrill
        return Connections(configuration)
    }

    /// Who may hint at something new without a token.
    func receivers() throws -> HookReceivers {
        guard let hooks else { return HookReceivers() }
        return try HookReceivers(json: Files.read(hooks, limit: Self.fileLimit))
    }

    /// Who is told what happens; in a drill this machine only.
    func notified(isDrill: Bool) throws -> NotificationReceivers {
        try notify.map { try Self.notified(by: $0, isDrill: isDrill) } ?? NotificationReceivers()
    }

    /// Those whom a file names.
    static func notified(by file: String, isDrill: Bool) throws -> NotificationReceivers {
        try NotificationReceivers(json: Files.read(file, limit: fileLimit)) {
            (url, secrets) throws(Webhook.Refusal) in
            try Webhook(url: url, secrets: secrets, isLoopbackOnly: isDrill, client)
        } read: {
            try Files.read($0, limit: fileLimit)
        }
    }

    private static var client: HTTPClientConfiguration {
        HTTPClientConfiguration(userAgent: "gatehouse/\(Program.version)")
    }

    private static func address(_ text: String) throws(UsageError) -> String {
        guard text.wholeMatch(of: /https?:\/\/[^\s?#@\/][^\s?#@]*/) != nil else {
            throw UsageError(
                description: "--public-url is where people find this service, such as https://gatehouse.example")
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }

    private static func hosts(_ name: String, _ arguments: ParsedArguments) throws(UsageError) -> Set<HostName> {
        var hosts: Set<HostName> = []
        for word in (arguments.value(name) ?? "").split(separator: ",") {
            let text = word.filter { $0 != " " }
            guard let host = HostName(text) else {
                throw UsageError(
                    description: "--\(name): '\(text)' is no host; write for example ghcr.io or localhost:5000")
            }
            hosts.insert(host)
        }
        return hosts
    }
}
