import Connectors
import HTTPClient

/// Debian's `docker-registry` on a port of its own, with an empty folder.
public final class RealRegistry {
    /// It did not take what was pushed.
    public struct Refused: Error {
        /// The status.
        public let status: Int
    }

    /// Where it listens, on 127.0.0.1.
    public let port: Int
    private let log: String
    private let program: TestProgram
    private let client = HTTPClient(HTTPClientConfiguration(userAgent: "tests/1"))

    /// Starts one, which ends with this.
    public init() async throws {
        (program, port, log) = try await waiting {
            let program = try TestProgram(["sh", "-c", Self.script])
            let log = try program.firstLine { line in line.hasPrefix("/") ? line : nil }
            let port = try program.firstLine { line in
                line.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
            }
            return (program, port, log)
        }
    }

    /// Whether there is one on this machine.
    public static let isInstalled = TestProgram.exists("docker-registry")

    /// The repository that is pushed to where none is named, as an image is named.
    public var image: String { image("team/app") }

    /// A repository, as an image is named.
    public func image(_ path: String) -> String { "127.0.0.1:\(port)/\(path)" }

    private static let script = """
        set -eu
        folder=$(mktemp -d)
        cat > "$folder/config.yml" <<END
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: $folder/data}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:0"}
        END
        echo "$folder/log"
        # A pipe that nobody reads would stop it when it is full.
        docker-registry serve "$folder/config.yml" > "$folder/log" 2>&1 &
        trap 'kill $!; rm -rf "$folder"' EXIT
        until grep -o 'listening on 127.0.0.1:[0-9]*' "$folder/log"; do kill -0 $! && sleep 0.05; done
        read -r line || true
        """

    /// How often each method and kind of thing was asked for by whoever names itself so, as its own log has it: `HEAD manifests`.
    public func asked(by agent: String = "gatehouse/") async throws -> [String: Int] {
        let lines = try await TestProgram.output(of: ["cat", log])
        let asked = lines.compactMap { line in
            line.firstMatch(of: /"(\w+) \/v2\/(\S+) HTTP\/1\.1" \d+ \d+ "[^"]*" "([^"]*)"$/)
        }
        let kinds = asked.filter { $0.3.hasPrefix(agent) }.map { match in
            "\(match.1) " + (match.2.split(separator: "/").dropLast().last ?? "")
        }
        return Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// Puts a blob there; its digest.
    public func blob(_ text: String, in path: String = "team/app") async throws -> String {
        let digest = ContentDigest(of: Array(text.utf8)).description
        let started = try await send("POST", "\(url(path))/blobs/uploads/")
        let location = started.headers.first { $0.name.lowercased() == "location" }?.value ?? ""
        let place = location + (location.contains("?") ? "&" : "?") + "digest=\(digest)"
        _ = try await send("PUT", place, type: "application/octet-stream", body: text)
        return digest
    }

    /// Puts a manifest there; its digest.
    @discardableResult
    public func manifest(
        _ text: String, tag: String?, type: String, in path: String = "team/app"
    ) async throws -> String {
        let digest = ContentDigest(of: Array(text.utf8)).description
        _ = try await send("PUT", "\(url(path))/manifests/\(tag ?? digest)", type: type, body: text)
        return digest
    }

    /// Pushes an image of one platform; its digest.
    @discardableResult
    public func push(
        _ tag: String? = nil, created: String = "2026-01-02T03:04:05Z", architecture: String = "amd64",
        revision: String = "none", to path: String = "team/app"
    ) async throws -> String {
        let text = """
            {"os":"linux","architecture":"\(architecture)","created":"\(created)","rootfs":{"type":"layers","diff_ids":[]},
            "config":{"Labels":{"org.opencontainers.image.revision":"\(revision)"}}}
            """
        let config = try await blob(text, in: path)
        return try await manifest(
            """
            {"schemaVersion":2,"mediaType":"\(Self.imageType)","config":
            {"mediaType":"\(Self.configType)","digest":"\(config)","size":\(text.utf8.count)},"layers":[]}
            """, tag: tag, type: Self.imageType, in: path)
    }

    /// Removes a manifest.
    public func delete(_ digest: String) async throws {
        _ = try await send("DELETE", "\(url("team/app"))/manifests/\(digest)")
    }

    private func url(_ path: String) -> String { "http://127.0.0.1:\(port)/v2/\(path)" }

    private func send(
        _ method: String, _ url: String, type: String? = nil, body: String? = nil
    ) async throws -> HTTPClientResponse {
        let answer = try await client.send(
            HTTPClientRequest(
                method: method, url: url, headers: type.map { [("Content-Type", $0)] } ?? [],
                body: body.map { Array($0.utf8) }, timeoutMilliseconds: 20_000, maximumBodyBytes: 100_000))
        guard 200..<300 ~= answer.status else { throw Refused(status: answer.status) }
        return answer
    }
}

extension RealRegistry {
    /// The media type of an image's manifest.
    public static let imageType = "application/vnd.oci.image.manifest.v1+json"
    /// The media type of a list of images.
    public static let indexType = "application/vnd.oci.image.index.v1+json"
    /// The media type of an image's configuration.
    public static let configType = "application/vnd.oci.image.config.v1+json"
}
