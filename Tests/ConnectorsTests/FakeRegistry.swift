import Connectors
import HTTPClient
import JSON
import Locks

/// A registry on a port of its own that counts what it is asked, and answers wrongly where a test says so.
final class FakeRegistry: Sendable {
    /// What was asked.
    enum Ask: Hashable, Sendable {
        case tags
        case head(String)
        case manifest(String)
        case blob(String)
        case token
        case other

        init(_ request: LoopbackServer.Ask) {
            let path = request.target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
            switch (path.count, path.dropLast().last) {
            case (1, _) where path[0] == "token": self = .token
            case (4, "tags"): self = .tags
            case (4, "manifests"): self = request.method == "HEAD" ? .head(path[3]) : .manifest(path[3])
            case (4, "blobs"), (2, "elsewhere"): self = .blob(path[path.count - 1])
            default: self = .other
            }
        }

        var kind: String { String("\(self)".prefix { $0 != "(" }) }
    }

    typealias Request = LoopbackServer.Ask
    typealias Answer = LoopbackServer.Answer
    typealias Instead = @Sendable (Ask, Request) -> Reply

    enum Reply: Sendable {
        /// As a registry without faults.
        case usual
        /// Nothing, until the client goes away.
        case silence
        case answer(Answer)

        static func status(_ status: Int, _ headers: [(name: String, value: String)] = [], _ body: String = "") -> Reply
        {
            .answer(Answer(status: status, headers: headers, body: Array(body.utf8)))
        }
    }

    struct State {
        var tags: [String: String] = [:]
        var documents: [String: (type: String, bytes: [UInt8])] = [:]
        var asked: [(ask: Ask, request: Request)] = []
        var instead: Instead?

        /// What a registry without faults answers.
        func usual(_ ask: Ask) -> Answer {
            switch ask {
            case .tags:
                return Answer(body: JSONWriter.object { $0.member("tags", Array(tags.keys)) })
            case .head(let reference), .manifest(let reference), .blob(let reference):
                let digest = tags[reference] ?? reference
                guard let document = documents[digest] else { return Answer(status: 404) }
                return Answer(
                    headers: [("Content-Type", document.type), ("Docker-Content-Digest", digest)], body: document.bytes)
            case .token:
                return Answer(body: Array(#"{"token":"from-the-token-server"}"#.utf8))
            case .other:
                return Answer(body: Array("{}".utf8))
            }
        }
    }

    /// What the server's closure holds: not the registry itself, which owns the server.
    final class Book: Sendable {
        let state = Guarded<State>(State())
    }

    private let book = Book()
    private let server: LoopbackServer

    init() throws {
        server = try LoopbackServer { [book] request in
            let ask = Ask(request)
            let instead = book.state.withLock { state in
                state.asked.append((ask, request))
                return state.instead
            }
            switch instead?(ask, request) ?? .usual {
            case .usual: return book.state.withLock { $0.usual(ask) }
            case .silence: return nil
            case .answer(let answer): return answer
            }
        }
    }

    var port: Int { server.port }
    var image: String { "127.0.0.1:\(port)/app" }

    /// How often each kind of thing was asked since the last call.
    func takeCounts() -> [String: Int] {
        book.state.withLock { state in
            defer { state.asked = [] }
            return Dictionary(state.asked.map { ($0.ask.kind, 1) }, uniquingKeysWith: +)
        }
    }

    /// What was asked since the counts were taken.
    var asked: [(ask: Ask, request: Request)] { book.state.withLock { $0.asked } }

    /// What a registry without faults answers.
    func usual(_ ask: Ask) -> Answer { book.state.withLock { $0.usual(ask) } }

    /// Answers differently from now on, as this says.
    func instead(_ answer: Instead?) { book.state.withLock { $0.instead = answer } }

    func remove(_ tag: String) { book.state.withLock { $0.tags[tag] = nil } }

    @discardableResult
    func add(_ text: String, type: String) -> String {
        let bytes = Array(text.utf8)
        let digest = ContentDigest(of: bytes).description
        book.state.withLock { $0.documents[digest] = (type, bytes) }
        return digest
    }

    func tag(_ tag: String, _ digest: String) { book.state.withLock { $0.tags[tag] = digest } }
}

extension FakeRegistry {
    static let imageType = "application/vnd.oci.image.manifest.v1+json"
    static let indexType = "application/vnd.oci.image.index.v1+json"
    static let configType = "application/vnd.oci.image.config.v1+json"

    /// An image of one platform, and its tag; its digest.
    @discardableResult
    func push(
        _ tag: String? = nil, created: String = "2026-01-02T03:04:05Z", platform: String = "linux/amd64",
        labels: String = "{}", annotations: String = "{}"
    ) -> String {
        let parts = platform.split(separator: "/")
        let config = add(
            #"{"os":"\#(parts[0])","architecture":"\#(parts[1])","created":"\#(created)","config":{"Labels":\#(labels)}}"#,
            type: Self.configType)
        let digest = add(
            """
            {"schemaVersion":2,"mediaType":"\(Self.imageType)","annotations":\(annotations),
            "config":{"mediaType":"\(Self.configType)","digest":"\(config)","size":1},"layers":[]}
            """, type: Self.imageType)
        if let tag { self.tag(tag, digest) }
        return digest
    }

    /// An index of images that are there, and its tag; its digest.
    @discardableResult
    func pushIndex(_ tag: String, _ images: [(platform: String, digest: String)]) -> String {
        let entries = images.map { image in
            let parts = image.platform.split(separator: "/")
            return """
                {"mediaType":"\(Self.imageType)","digest":"\(image.digest)","size":1,
                "platform":{"os":"\(parts[0])","architecture":"\(parts[1])"}}
                """
        }
        let digest = add(
            #"{"schemaVersion":2,"mediaType":"\#(Self.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#,
            type: Self.indexType)
        self.tag(tag, digest)
        return digest
    }
}

/// A client of registries as most tests want it.
func registry(
    credentials: Credentials = Credentials(), allowed: AllowedHosts = AllowedHosts(),
    limits: RegistryLimits = RegistryLimits()
) -> Registry {
    Registry(
        client: HTTPClient(HTTPClientConfiguration(userAgent: "tests/1")), credentials: credentials, allowed: allowed,
        limits: limits)
}
