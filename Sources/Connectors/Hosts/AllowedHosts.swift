/// The hosts that manifests may name. Anybody may write a manifest of their project; only the operator says which machines
/// this server talks to for it.
public struct AllowedHosts: Sendable {
    private let named: Set<HostName>
    private let plain: Set<HostName>
    /// Whether only this machine is asked, whatever else is allowed: in a rehearsal.
    let isLoopbackOnly: Bool

    /// What the operator allows: the hosts named, those with credentials, those spoken to without TLS; and loopback.
    ///
    /// A host is allowed as it is written: one without a port does not allow the ports of its machine.
    public init(
        named: Set<HostName> = [], credentials: Credentials = Credentials(), plainHTTP: Set<HostName> = [],
        isLoopbackOnly: Bool = false
    ) {
        self.named = named.union(credentials.hosts).union(plainHTTP).filter { !isLoopbackOnly || $0.isLoopback }
        plain = plainHTTP
        self.isLoopbackOnly = isLoopbackOnly
    }

    /// Whether a manifest may name this host.
    public func allows(_ host: HostName) -> Bool { host.isLoopback || named.contains(host) }

    /// Whether it was allowed by name: what another server's answer leads to has to be.
    public func names(_ host: HostName) -> Bool { named.contains(host) }

    /// Whether it is spoken to without TLS.
    public func isPlain(_ host: HostName) -> Bool { host.isLoopback || plain.contains(host) }
}
