import Connectors
import JSON
import Locks

/// A registry on a port of its own that counts what it is asked, and answers wrongly where a test says so.
public final class FakeRegistry: Sendable {
    /// What was asked.
    public enum Ask: Hashable, Sendable {
        /// The list of tags.
        case tags
        /// Which digest a tag stands for.
        case head(String)
        /// A manifest, by its tag or digest.
        case manifest(String)
        /// A blob, by its digest.
        case blob(String)
        /// What lets somebody in.
        case token
        /// Anything else.
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

    /// A request as it came.
    public typealias Request = LoopbackServer.Ask
    /// An answer as it goes.
    public typealias Answer = LoopbackServer.Answer
    /// What a test answers in the place of a registry without faults.
    public typealias Instead = @Sendable (Ask, Request) -> Reply

    /// How one request is answered.
    public enum Reply: Sendable {
        /// As a registry without faults.
        case usual
        /// Nothing, until the client goes away.
        case silence
        /// Nothing, and the connection ends: so does a registry that is gone behind its proxy.
        case hangUp
        /// This.
        case answer(Answer)

        /// An answer of this status.
        public static func status(
            _ status: Int, _ headers: [(name: String, value: String)] = [], _ body: String = ""
        ) -> Reply {
            .answer(Answer(status: status, headers: headers, body: Array(body.utf8)))
        }
    }

    private struct State {
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
    private final class Book: Sendable {
        let state = Guarded<State>(State())
    }

    private let book = Book()
    private let server: LoopbackServer

    /// Starts one without images, which ends with this.
    public init() throws {
        server = try LoopbackServer { [book] request in
            let ask = Ask(request)
            let instead = book.state.withLock { state in
                state.asked.append((ask, request))
                return state.instead
            }
            switch instead?(ask, request) ?? .usual {
            case .usual: return .answer(book.state.withLock { $0.usual(ask) })
            case .silence: return .silence
            case .hangUp: return .hangUp
            case .answer(let answer): return .answer(answer)
            }
        }
    }

    /// Where it listens, on 127.0.0.1.
    public var port: Int { server.port }
    /// A repository, as an image is named.
    public var image: String { "127.0.0.1:\(port)/app" }

    /// How often each kind of thing was asked since the last call.
    public func takeCounts() -> [String: Int] {
        book.state.withLock { state in
            defer { state.asked = [] }
            return Dictionary(state.asked.map { ($0.ask.kind, 1) }, uniquingKeysWith: +)
        }
    }

    /// What was asked since the counts were taken.
    public var asked: [(ask: Ask, request: Request)] { book.state.withLock { $0.asked } }

    /// What a registry without faults answers.
    public func usual(_ ask: Ask) -> Answer { book.state.withLock { $0.usual(ask) } }

    /// Answers differently from now on, as this says.
    public func instead(_ answer: Instead?) { book.state.withLock { $0.instead = answer } }

    /// Takes a tag away.
    public func remove(_ tag: String) { book.state.withLock { $0.tags[tag] = nil } }

    /// Puts a document there; its digest.
    @discardableResult
    public func add(_ text: String, type: String) -> String {
        let bytes = Array(text.utf8)
        let digest = ContentDigest(of: bytes).description
        book.state.withLock { $0.documents[digest] = (type, bytes) }
        return digest
    }

    /// Lets a tag stand for a digest.
    public func tag(_ tag: String, _ digest: String) { book.state.withLock { $0.tags[tag] = digest } }
}

extension FakeRegistry {
    /// The media type of an image's manifest.
    public static let imageType = "application/vnd.oci.image.manifest.v1+json"
    /// The media type of a list of images.
    public static let indexType = "application/vnd.oci.image.index.v1+json"
    /// The media type of an image's configuration.
    public static let configType = "application/vnd.oci.image.config.v1+json"

    /// An image of one platform, and its tag; its digest.
    @discardableResult
    public func push(
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
    public func pushIndex(_ tag: String, _ images: [(platform: String, digest: String)]) -> String {
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
