import Connectors
import HTTPClient

/// Debian's `docker-registry` on a port of its own, with an empty folder.
final class RealRegistry {
    struct Refused: Error {
        let status: Int
    }

    let port: Int
    private let program: Program
    private let client = HTTPClient(HTTPClientConfiguration(userAgent: "tests/1"))

    init() async throws {
        (program, port) = try await waiting {
            let program = try Program(["sh", "-c", Self.script])
            let port = try program.firstLine { line in
                line.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
            }
            return (program, port)
        }
    }

    static let isInstalled = Program.exists("docker-registry")

    var image: String { "127.0.0.1:\(port)/team/app" }

    private static let script = """
        set -eu
        folder=$(mktemp -d)
        cat > "$folder/config.yml" <<END
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: $folder/data}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:0"}
        END
        docker-registry serve "$folder/config.yml" &
        trap 'kill $!; rm -rf "$folder"' EXIT
        read -r line || true
        """

    /// Puts a blob there; its digest.
    func blob(_ text: String) async throws -> String {
        let digest = ContentDigest(of: Array(text.utf8)).description
        let started = try await send("POST", "http://\(hostAndPath)/blobs/uploads/")
        let location = started.headers.first { $0.name.lowercased() == "location" }?.value ?? ""
        let place = location + (location.contains("?") ? "&" : "?") + "digest=\(digest)"
        _ = try await send("PUT", place, type: "application/octet-stream", body: text)
        return digest
    }

    /// Puts a manifest there; its digest.
    @discardableResult
    func manifest(_ text: String, tag: String?, type: String) async throws -> String {
        let digest = ContentDigest(of: Array(text.utf8)).description
        _ = try await send("PUT", "http://\(hostAndPath)/manifests/\(tag ?? digest)", type: type, body: text)
        return digest
    }

    /// Pushes an image of one platform; its digest.
    @discardableResult
    func push(
        _ tag: String? = nil, created: String = "2026-01-02T03:04:05Z", architecture: String = "amd64",
        revision: String = "none"
    ) async throws -> String {
        let text = """
            {"os":"linux","architecture":"\(architecture)","created":"\(created)","rootfs":{"type":"layers","diff_ids":[]},
            "config":{"Labels":{"org.opencontainers.image.revision":"\(revision)"}}}
            """
        let config = try await blob(text)
        return try await manifest(
            """
            {"schemaVersion":2,"mediaType":"\(FakeRegistry.imageType)","config":
            {"mediaType":"\(FakeRegistry.configType)","digest":"\(config)","size":\(text.utf8.count)},"layers":[]}
            """, tag: tag, type: FakeRegistry.imageType)
    }

    func delete(_ digest: String) async throws {
        _ = try await send("DELETE", "http://\(hostAndPath)/manifests/\(digest)")
    }

    private var hostAndPath: String { "127.0.0.1:\(port)/v2/team/app" }

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
