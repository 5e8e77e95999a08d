import RegistryTesting
import SeededTesting
import Testing

@testable import Connectors

@Suite struct ChallengeTests {
    @Test(arguments: [
        (
            #"Bearer realm="https://a.test/t",service="s",scope="repository:a:pull,push""#, "https://a.test/t", "s",
            "repository:a:pull,push"
        ),
        (#"bearer realm=https://a.test/t, service=s"#, "https://a.test/t", "s", nil),
        (#"Bearer service="a \"b\"" , realm="r""#, "r", #"a "b""#, nil),
        (#"Bearer realm="r",service="cut off"#, "r", "cut off", nil),
    ])
    func aBearersPartsAreRead(header: String, realm: String, service: String?, scope: String?) {
        #expect(Challenge(headers: [header]) == .bearer(realm: realm, service: service, scope: scope))
    }

    @Test func theFirstThatIsUnderstoodCounts() {
        #expect(Challenge(headers: ["Negotiate", #"Basic realm="x""#, #"Bearer realm="r""#]) == .basic)
        #expect(Challenge(headers: ["Bearer", #"Bearer service="s""#, "Digest x=y", ""]) == nil)
    }
}

@Suite struct LinkHeaderTests {
    @Test(arguments: [
        (#"</v2/a/tags/list?n=2&last=b>; rel="next""#, "n=2&last=b"),
        (#"<https://elsewhere.test/x?last=b#y>;rel=next"#, "last=b"),
        (#"</a?p=1>; rel="prev", </a?p=3>; rel="next""#, "p=3"),
        (#"</a?p=1>; REL="NEXT"; title=x"#, "p=1"),
        (#"</a?p=1>; rel="prev""#, nil), (#"</a>; rel="next""#, nil), ("", nil), (#"</a?p=1; rel="next""#, nil),
        ("</a?p=1 2>; rel=next", nil),
    ])
    func theNextPagesQueryIsRead(header: String, query: String?) {
        #expect(LinkHeader.nextQuery(in: [header]) == query)
    }
}

@Suite struct ImageNameTests {
    @Test(arguments: [
        ("nginx", "docker.io", "registry-1.docker.io", "library/nginx"),
        ("team/app", "docker.io", "registry-1.docker.io", "team/app"),
        ("docker.io/nginx", "docker.io", "registry-1.docker.io", "library/nginx"),
        ("index.docker.io/team/app", "docker.io", "registry-1.docker.io", "team/app"),
        ("ghcr.io/Team/app", nil, "", ""),
        ("GHCR.io/team/app", "ghcr.io", "ghcr.io", "team/app"),
        ("localhost/app", "localhost", "localhost", "app"),
        ("localhost:5000/a/b/c", "localhost:5000", "localhost:5000", "a/b/c"),
        ("a__b/c-d/e.f", "docker.io", "registry-1.docker.io", "a__b/c-d/e.f"),
        ("a//b", nil, "", ""), ("a/-b", nil, "", ""), ("a/b..c", nil, "", ""), ("ghcr.io/", nil, "", ""),
    ])
    func isReadAsDockerDoes(text: String, host: String?, apiHost: String, path: String) {
        let name = ImageName(text)
        #expect(name?.host.description == host)
        if host != nil { #expect(name?.apiHost == apiHost && name?.path == path) }
    }
}

@Suite struct HostileTextTests {
    /// Whatever a server sends is read or refused, and what is read stays where it may be.
    @Test func anyTextIsReadOrRefused() {
        var random = Seeded()
        let pieces = [
            "<", ">", "/", "?", "#", ";", ",", "\"", "\\", "=", " ", "rel=next", "realm", "Bearer ", "a", "é", "\r\n",
            "https://",
            "user@", "127.0.0.1", ":", "80", "%00", "[::1]",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            _ = Challenge(headers: [text])
            if let query = LinkHeader.nextQuery(in: [text]) {
                #expect(!query.contains { $0.isWhitespace || $0 == "#" }, "\(text), seed \(random.seed)")
            }
            if let address = WebAddress(text) {
                #expect(WebAddress(address.text) == address, "\(text), seed \(random.seed)")
                #expect(!address.text.contains("@") || address.target.contains("@"), "\(text), seed \(random.seed)")
            }
        }
    }

    /// A manifest is whatever somebody pushed.
    @Test func anyManifestIsReadOrRefused() throws {
        var random = Seeded()
        let whole = Array(
            #"{"mediaType":"\#(FakeRegistry.indexType)","manifests":[{"digest":"sha256:aa","platform":{"os":"linux"}}]}"#
                .utf8)
        for _ in 0..<5_000 {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0x20...0x7E, using: &random)
            }
            guard case .index(let entries, _) = Manifest(bytes, contentType: nil) else { continue }
            // No digest of two digits is one, whatever else is written.
            #expect(entries.isEmpty, "seed \(random.seed)")
            _ = ImageConfiguration(bytes)
        }
    }
}
