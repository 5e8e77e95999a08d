import HTTPServer
import Observability
import Time

/// What `gatehouse serve` was told.
struct ServeOptions {
    static let options: [CommandOption] = [
        CommandOption("listen", "ADDRESS:PORT", "Where to listen; 127.0.0.1:8080 if nothing is said."),
        CommandOption("data", "DIRECTORY", "What the server keeps for itself; ./.gatehouse if nothing is said."),
        CommandOption("database", "URL", "Uses this PostgreSQL, as the server's role, instead of a private one."),
        CommandOption("tls-cert", "FILE", "The certificate chain, PEM; read again when it changes."),
        CommandOption("tls-key", "FILE", "The certificate's private key, PEM."),
        CommandOption("behind-proxy", "ADDRESS", "Serves only this proxy, and believes its X-Forwarded-For."),
        CommandOption(
            "rate-limit", "NUMBER", "Requests a second for each token; 500 if nothing is said, 0 for no limit."),
        CommandOption("threads", "NUMBER", "Threads that serve connections; one a core if nothing is said."),
        CommandOption("header-timeout", "SECONDS", "Time for a request's head to arrive; 30 if nothing is said."),
        CommandOption("body-timeout", "SECONDS", "Time for a request's body to arrive; 30 if nothing is said."),
        CommandOption(
            "calendar-approvals", "NUMBER",
            "How many others must agree to an adjustment that opens gates; 1 if nothing is said."),
        CommandOption(
            "registry-auth", "FILE", "Registries' user names and passwords: a Docker config.json with its 'auths'."),
        CommandOption(
            "git-auth", "FILE", "Git servers' user names and passwords: lines of https://user:password@host."),
        CommandOption(
            "allow-host", "HOST,…",
            "Hosts that Warehouses may name, besides those with credentials and this machine."),
        CommandOption("registry-plain-http", "HOST,…", "Registries that are spoken to without TLS."),
        CommandOption("hooks", "FILE", "Who may hint at something new without a token: JSON."),
        CommandOption(
            "audit-key", "FILE",
            "The key that signs the audit log; DATA/audit.key, made for a new log, if nothing is said."),
        CommandOption(
            "checkpoint-to", "TARGET",
            "A file or URL that is sent what the audit log is, signed, at the start and each hour."),
        CommandOption("notify", "FILE", "Who is told what happens, by signed requests: JSON."),
        CommandOption(
            "public-url", "URL", "Where people find this service, for links; where it listens if nothing is said."),
        CommandOption("drain", "SECONDS", "Time for answers under way when the server stops; 10 if nothing is said."),
        CommandOption("log-level", "LEVEL", "debug, info, warning or error; info if nothing is said."),
        CommandOption("log-format", "FORMAT", "json or text; text if nothing is said."),
        CommandOption(
            "clock", "INSTANT[@RATE]",
            "A drill: a simulated clock that begins at this instant. Marks the database for ever.",
            hasVariable: false),
    ]

    /// A drill's clock: when it begins, and how fast it runs.
    struct Drill {
        let start: Instant
        let rate: Double
    }

    let http: ServerConfiguration
    let data: String
    let database: String?
    let certificate: CertificateFiles?
    let rateLimit: Int
    let calendarApprovals: Int
    let drain: TimeSpan
    let drill: Drill?
    let outside: OutsideOptions
    let auditKey: String?
    let checkpoints: CheckpointSender?
    let log: Log
    let adminToken: String?

    init(_ arguments: ParsedArguments, _ terminal: Terminal) throws(UsageError) {
        guard arguments.operands.isEmpty else {
            throw UsageError(description: "serve takes options only, not '\(arguments.operands[0])'")
        }
        data = arguments.value("data") ?? ".gatehouse"
        database = arguments.value("database")
        certificate = try CertificateFiles(certificate: arguments.value("tls-cert"), key: arguments.value("tls-key"))
        rateLimit = try arguments.number("rate-limit", in: 0...1_000_000, default: 500)
        calendarApprovals = try arguments.number("calendar-approvals", in: 0...10, default: 1)
        drain = .seconds(Int64(try arguments.number("drain", in: 0...600, default: 10)))
        drill = try Self.drill(arguments.value("clock"))
        outside = try OutsideOptions(arguments)
        auditKey = arguments.value("audit-key")
        let isDrill = drill != nil
        checkpoints = try arguments.value("checkpoint-to").map { (target) throws(UsageError) in
            try CheckpointSender(target, isDrill: isDrill)
        }
        log = Log(
            level: try arguments.choice("log-level", default: .info),
            format: try arguments.choice("log-format", default: .text))
        adminToken = terminal.environment["GATEHOUSE_ADMIN_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        if let adminToken, !(32...200).contains(adminToken.utf8.count) {
            throw UsageError(
                description: "GATEHOUSE_ADMIN_TOKEN has 32 to 200 characters; 'openssl rand -hex 32' makes a good one")
        }
        http = try Self.http(arguments, certificate: certificate, drill: drill)
    }

    private static func http(
        _ arguments: ParsedArguments, certificate: CertificateFiles?, drill: Drill?
    ) throws(UsageError) -> ServerConfiguration {
        var http = ServerConfiguration()
        (http.host, http.port) = try address(arguments.value("listen") ?? "127.0.0.1:8080")
        http.threads = try arguments.number("threads", in: 1...256, default: Machine.cores)
        http.headTimeout = .seconds(Int64(try arguments.number("header-timeout", in: 1...3_600, default: 30)))
        http.bodyTimeout = .seconds(Int64(try arguments.number("body-timeout", in: 1...3_600, default: 30)))
        http.trustedProxy = try arguments.value("behind-proxy").map { (text) throws(UsageError) in try proxy(text) }
        http.usesTLS = certificate != nil
        let isLoopback = http.host == "::1" || http.host.hasPrefix("127.")
        guard isLoopback || http.usesTLS || http.trustedProxy != nil else {
            throw UsageError(
                description:
                    "\(http.host) can be reached from elsewhere: give --tls-cert and --tls-key, or --behind-proxy ADDRESS"
            )
        }
        guard isLoopback || drill == nil else {
            throw UsageError(description: "a drill listens on 127.0.0.1 or ::1 only")
        }
        return http
    }

    private static func address(_ text: String) throws(UsageError) -> (String, UInt16) {
        let malformed = UsageError(
            description: "--listen is a numeric address and a port, such as 127.0.0.1:8080 or [::1]:8080")
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw malformed
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw malformed
        }
        guard !host.isEmpty else { throw malformed }
        return (host, port)
    }

    /// The proxy's address, written as a peer's address is written.
    private static func proxy(_ text: String) throws(UsageError) -> String {
        guard let address = NumericAddress.canonical(text) else {
            throw UsageError(
                description: "--behind-proxy is the numeric address of the proxy, such as 10.0.0.5, not '\(text)'")
        }
        return address
    }

    private static func drill(_ text: String?) throws(UsageError) -> Drill? {
        guard let text else { return nil }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        do {
            let start = try Instant(parsing: parts[0])
            guard parts.count == 2 else { return Drill(start: start, rate: 1) }
            guard let rate = Double(parts[1]), rate > 0, rate <= 100_000 else {
                throw UsageError(
                    description:
                        "the rate of --clock is a number up to 100000: 2026-11-20T15:00:00Z@60 makes a minute of a second"
                )
            }
            return Drill(start: start, rate: rate)
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError(description: "--clock: \(error)")
        }
    }
}
