internal import Crypto
public import HTTPClient
public import Time

/// An address that is told of things by signed requests. Nothing here prints a secret, nor the address: that may be one.
public struct Webhook: Sendable, CustomReflectable {
    /// Why an address is not taken, as the end of a sentence.
    public struct Refusal: Error, Equatable, CustomStringConvertible {
        /// What is wrong.
        public let description: String
    }

    /// Why somebody was not told. It shows nothing of what was sent, and no address.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    private static let timeoutMilliseconds = 10_000
    private static let longestAnswer = 64 * 1_024

    private let address: WebAddress
    private let secrets: [[UInt8]]
    private let client: HTTPClient

    /// An address; what is sent is signed with each of the secrets. In a rehearsal it is this machine's.
    public init(
        url: String, secrets: [[UInt8]], isLoopbackOnly: Bool = false, _ configuration: HTTPClientConfiguration
    ) throws(Refusal) {
        guard let address = WebAddress(url) else {
            throw Refusal(description: "'url' is an https:// URL with a host's name, and without a user's")
        }
        guard address.isSecure || address.host.isLoopback else {
            throw Refusal(description: "'url' begins with https://: only this machine is told without TLS")
        }
        guard !address.host.name.hasPrefix("169.254.") else {
            throw Refusal(description: "'url' leads to a link-local address, which is never asked")
        }
        guard !isLoopbackOnly || address.host.isLoopback else {
            throw Refusal(description: "'url' leads elsewhere, and this is a drill, which tells this machine only")
        }
        self.address = address
        self.secrets = secrets
        client = HTTPClient(configuration)
    }

    /// Sends a document under a name by which its repetitions are known.
    public func send(_ body: [UInt8], delivery: String, at now: Instant) async throws(Failure) {
        let request = request(body, delivery: delivery, at: now)
        let status: Int
        do { status = try await client.send(request).status } catch { throw Failure(description: error.description) }
        try Self.check(status)
    }

    /// The same, on the thread of whoever calls.
    public func sendBlocking(_ body: [UInt8], delivery: String, at now: Instant) throws(Failure) {
        let request = request(body, delivery: delivery, at: now)
        let status: Int
        do { status = try client.sendBlocking(request).status } catch { throw Failure(description: error.description) }
        try Self.check(status)
    }

    private static func check(_ status: Int) throws(Failure) {
        guard 200..<300 ~= status else { throw Failure(description: "the receiver answered \(status)") }
    }

    private func request(_ body: [UInt8], delivery: String, at now: Instant) -> HTTPClientRequest {
        HTTPClientRequest(
            method: "POST", url: address.text,
            headers: [
                (name: "Content-Type", value: "application/json"), (name: "Gatehouse-Delivery", value: delivery),
                (name: "Gatehouse-Signature", value: signature(of: body, at: now)),
            ],
            body: body, timeoutMilliseconds: Self.timeoutMilliseconds, maximumBodyBytes: Self.longestAnswer)
    }

    /// The instant, so that an old request cannot be sent again, and a code of it and of the body under each secret.
    func signature(of body: [UInt8], at now: Instant) -> String {
        let seconds = String(now.microseconds / 1_000_000)
        let signed = Array("\(seconds).".utf8) + body
        return (["t=" + seconds] + secrets.map { "v1=" + Hex.encode(HMAC.sha256(signed, key: $0)) })
            .joined(separator: ",")
    }

    /// Nothing: a reflection would show secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
