public import HTTPClient
internal import Locks
public import Promotions

/// All that Warehouses look at, each host by connections of its own: one that is slow holds up nobody who asks another.
public final class Connections: Sendable {
    /// What an operator says of the hosts there are.
    public struct Configuration: Sendable {
        /// How this server names itself.
        public var client: HTTPClientConfiguration
        /// Registries' user names and passwords.
        public var registryCredentials = Credentials()
        /// Git servers' user names and passwords.
        public var gitCredentials = Credentials()
        /// Hosts that manifests may name, beside those with credentials and this machine.
        public var allowed: Set<HostName> = []
        /// Registries that are spoken to without TLS.
        public var plainHTTP: Set<HostName> = []
        /// Whether only this machine is asked: in a rehearsal.
        public var isLoopbackOnly = false
        /// How much is read of a registry.
        public var limits = RegistryLimits()

        /// Nothing but this machine.
        public init(client: HTTPClientConfiguration) {
            self.client = client
        }
    }

    /// How many repositories of one host are looked at at once.
    private static let width = 4

    private let configuration: Configuration
    private let registryHosts: AllowedHosts
    private let gitHosts: AllowedHosts
    private let hosts = Guarded<[HostName?: Host]>([:])

    /// A host that is asked, and whose turn it is to ask it.
    private struct Host: Sendable {
        let registry: Registry
        let git: GitServer
        let turns: Turns
    }

    /// Connections to the hosts that an operator allows; none is made yet.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        registryHosts = AllowedHosts(
            named: configuration.allowed, credentials: configuration.registryCredentials,
            plainHTTP: configuration.plainHTTP, isLoopbackOnly: configuration.isLoopbackOnly)
        gitHosts = AllowedHosts(
            named: configuration.allowed, credentials: configuration.gitCredentials,
            isLoopbackOnly: configuration.isLoopbackOnly)
    }

    /// Looks for images.
    public func poll(
        _ subscription: ImageSubscription, knowing knowledge: ImageKnowledge, withRevisions: Bool
    ) async -> (Result<ImageFindings, PollError>, ImageKnowledge) {
        var knowledge = knowledge
        let host = host(ImageName(subscription.repository)?.host)
        await host.turns.take()
        let result: Result<ImageFindings, PollError>
        do {
            result = .success(
                try await host.registry.poll(subscription, knowing: &knowledge, withRevisions: withRevisions))
        } catch { result = .failure(error) }
        await host.turns.giveBack()
        return (result, knowledge)
    }

    /// Looks for commits.
    public func poll(_ subscription: GitSubscription) async -> Result<[FoundCommit], PollError> {
        let host = host(WebAddress(subscription.repository)?.host)
        await host.turns.take()
        let result: Result<[FoundCommit], PollError>
        do { result = .success(try await host.git.poll(subscription)) } catch { result = .failure(error) }
        await host.turns.giveBack()
        return result
    }

    /// Looks for a chart's versions.
    public func poll(_ subscription: ChartSubscription) async -> Result<[String], PollError> {
        let host = host(ImageName(String(subscription.repository.dropFirst(6)))?.host)
        await host.turns.take()
        let result: Result<[String], PollError>
        do { result = .success(try await host.registry.poll(subscription)) } catch { result = .failure(error) }
        await host.turns.giveBack()
        return result
    }

    /// Why a repository will not be asked about, if that is plain from its name.
    public func objection(to source: Subscription.Source) -> String? {
        let host: HostName?
        let allowed: AllowedHosts
        switch source {
        case .image(let image): (host, allowed) = (ImageName(image.repository)?.host, registryHosts)
        case .chart(let chart):
            (host, allowed) = (ImageName(String(chart.repository.dropFirst(6)))?.host, registryHosts)
        case .git(let git): (host, allowed) = (WebAddress(git.repository)?.host, gitHosts)
        }
        guard let host else { return "no server has a repository of this name" }
        if case .git(let git) = source, !gitHosts.isPlain(host), WebAddress(git.repository)?.isSecure == false {
            return "git servers are asked over https only"
        }
        if allowed.allows(host) { return nil }
        return allowed.isLoopbackOnly
            ? "this is a drill, which asks this machine only, and not \(host)"
            : "this server may not ask \(host); its operator allows it with --allow-host"
    }

    /// What is asked of one host. Hosts that may not be asked share one place: nobody comes as far as to ask them.
    private func host(_ name: HostName?) -> Host {
        let known = name.flatMap { registryHosts.allows($0) || gitHosts.allows($0) ? $0 : nil }
        return hosts.withLock { hosts in
            if let host = hosts[known] { return host }
            let client = HTTPClient(configuration.client)
            let host = Host(
                registry: Registry(
                    client: client, credentials: configuration.registryCredentials, allowed: registryHosts,
                    limits: configuration.limits),
                git: GitServer(client: client, credentials: configuration.gitCredentials, allowed: gitHosts),
                turns: Turns(Self.width))
            hosts[known] = host
            return host
        }
    }
}

/// So many at once; who comes later waits for a turn.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ places: Int) {
        free = places
    }

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
