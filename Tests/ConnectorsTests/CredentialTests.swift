import Connectors
import Promotions
import RegistryTesting
import Testing

@Suite struct CredentialTests {
    private let fake: FakeRegistry
    private let credentials: Credentials

    init() throws {
        fake = try FakeRegistry()
        let host = try #require(HostName("127.0.0.1:\(fake.port)"))
        credentials = Credentials(host: host, user: "anna", password: "swordfish")
    }

    @Test func aTokenIsFetchedOnceForARepository() async throws {
        let port = fake.port
        fake.push("1.0.0")
        fake.instead { ask, request in
            if ask == .token || request.headers["authorization"] == "Bearer from-the-token-server" { return .usual }
            return .status(
                401,
                [
                    (
                        "WWW-Authenticate",
                        #"Bearer realm="http://127.0.0.1:\#(port)/token",service="a b",scope="repository:app:pull""#
                    )
                ])
        }
        let registry = registry(credentials: credentials)
        for _ in 0..<3 { #expect(try await registry.tags(of: fake.image) == ["1.0.0"]) }
        let token = try #require(fake.asked.first { $0.ask == .token })
        #expect(token.request.target == "/token?service=a%20b&scope=repository:app:pull")
        #expect(token.request.headers["authorization"] == "Basic YW5uYTpzd29yZGZpc2g=")
        #expect(fake.takeCounts() == ["tags": 4, "token": 1])
    }

    @Test func aRegistryThatWantsBasicGetsIt() async throws {
        fake.push("1.0.0")
        fake.instead { _, request in
            request.headers["authorization"] == "Basic YW5uYTpzd29yZGZpc2g="
                ? .usual : .status(401, [("WWW-Authenticate", #"Basic realm="here""#)])
        }
        #expect(try await registry(credentials: credentials).tags(of: fake.image) == ["1.0.0"])
        do throws(RegistryError) {
            _ = try await registry().tags(of: fake.image)
            Issue.record("let in without credentials")
        } catch {
            #expect(error.reason == .notLetIn(status: 401, hasCredentials: false))
        }
    }

    @Test func credentialsThatAreNotTakenAreTriedOnceAndTold() async {
        fake.instead { ask, _ in .status(401, [("WWW-Authenticate", "Basic")]) }
        do throws(RegistryError) {
            _ = try await registry(credentials: credentials).tags(of: fake.image)
            Issue.record("let in")
        } catch {
            #expect(error.reason == .notLetIn(status: 401, hasCredentials: true))
            #expect(!error.description.contains("swordfish"))
        }
        #expect(fake.takeCounts() == ["tags": 2])
    }

    /// A registry from outside must not send this server, and its credentials, anywhere else.
    @Test func aTokenServerThatNobodyAllowedIsNotAsked() async {
        fake.instead { _, _ in
            .status(401, [("WWW-Authenticate", #"Bearer realm="https://tokens.test/token",service="x""#)])
        }
        do throws(RegistryError) {
            _ = try await registry(credentials: credentials).tags(of: fake.image)
            Issue.record("let in")
        } catch {
            #expect(error.reason == .tokenHostNotAllowed("tokens.test"))
        }
    }

    @Test func aBlobElsewhereIsFetchedWithoutCredentials() async throws {
        let other = try FakeRegistry()
        let port = other.port
        fake.push("1.0.0")
        other.push("1.0.0")
        fake.instead { ask, request in
            guard request.headers["authorization"] != nil else { return .status(401, [("WWW-Authenticate", "Basic")]) }
            guard case .blob(let digest) = ask else { return .usual }
            return .status(307, [("Location", "http://127.0.0.1:\(port)/elsewhere/\(digest)")])
        }
        var knowledge = ImageKnowledge()
        let found = try await registry(credentials: credentials).poll(
            ImageSubscription(repository: fake.image), knowing: &knowledge)
        #expect(found.candidates.map(\.tag) == ["1.0.0"])
        #expect(other.asked.count == 1)
        #expect(other.asked.allSatisfy { $0.request.headers["authorization"] == nil })
    }
}

@Suite struct DockerConfigTests {
    private func hosts(_ text: String) throws -> [String] {
        try Credentials(dockerConfig: Array(text.utf8)).hosts.map(\.description).sorted()
    }

    @Test func hostsAreReadAsDockerWritesThem() throws {
        let text = """
            {"auths": {"https://index.docker.io/v1/": {"auth": "YTpi"}, "ghcr.io": {"auth": "YTpiOmM="},
            "http://localhost:5000/v2/": {"username": "a", "password": "b"}}, "HttpHeaders": {}}
            """
        #expect(try hosts(text) == ["docker.io", "ghcr.io", "localhost:5000"])
        #expect(try hosts("{}") == [])
    }

    @Test(arguments: [
        "", #"{"auths":{"ghcr.io":{}}}"#, #"{"auths":{"ghcr.io":{"auth":"YQ=="}}}"#,
        #"{"auths":{"ghcr.io":{"auth":"!"}}}"#,
        #"{"auths":{"ghcr.io":{}},"credsStore":"desktop"}"#, #"{"credHelpers":{"ghcr.io":"gcloud"}}"#,
        #"{"auths":{"ghcr.io":{"identitytoken":"x"}}}"#, #"{"auths":{"a b":{"auth":"YTpi"}}}"#,
        #"{"auths":{"ghcr.io":{"auth":"OmI="}}}"#,
    ])
    func whatCannotBeUsedIsRefused(text: String) {
        #expect(throws: Credentials.FileError.self) { try Credentials(dockerConfig: Array(text.utf8)) }
    }

    @Test func nothingShowsAPassword() throws {
        let credentials = Credentials(host: try #require(HostName("ghcr.io")), user: "anna", password: "swordfish")
        #expect("\(credentials)" == #"credentials for ["ghcr.io"]"#)
        var text = ""
        dump(credentials, to: &text)
        #expect(!text.contains("swordfish"))
    }
}

@Suite struct AllowedHostTests {
    @Test(arguments: [
        ("ghcr.io", true), ("GHCR.io", true), ("ghcr.io:8443", false), ("localhost:5000", true), ("127.8.8.8", true),
        ("127.0.0.1.evil.test", false), ("evil.ghcr.io", false), ("plain.test:5000", true), ("plain.test", false),
        ("127.0.0.256", false), ("registry.localhost", true), ("login.test", true),
    ])
    func onlyWhatTheOperatorNamesAndLoopback(host: String, isAllowed: Bool) throws {
        let allowed = AllowedHosts(
            named: [try #require(HostName("ghcr.io"))],
            credentials: Credentials(host: try #require(HostName("login.test")), user: "a", password: "b"),
            plainHTTP: [try #require(HostName("plain.test:5000"))])
        #expect(allowed.allows(try #require(HostName(host))) == isAllowed)
    }

    @Test(arguments: [
        "", "a b", "-a", "a-", "a..b", "a:0", "a:65536", "a:+1", "a:", "a/b", "[::1]", "é.test", "user@host",
    ])
    func whatIsNoHostIsNone(text: String) {
        #expect(HostName(text) == nil)
    }

    @Test func gitsOwnFileIsRead() throws {
        let text = """
            # kept by git credential-store
            https://anna:s%40me%3Athing@git.acme.example
            http://bot:x@127.0.0.1:3000/

            """
        let credentials = try Credentials(gitCredentials: Array(text.utf8))
        #expect(credentials.hosts == Set(["git.acme.example", "127.0.0.1:3000"].compactMap { HostName($0) }))
        #expect(!"\(credentials)".contains("thing"))
    }

    @Test(arguments: [
        "https://git.acme.example", "https://anna@git.acme.example", "http://anna:x@git.acme.example",
        "https://anna:x@git.acme.example/team", "https://anna:%zz@git.acme.example", "ssh://anna:x@git.acme.example",
        "https://:x@git.acme.example", "https://anna:x%00y@git.acme.example",
    ])
    func whatIsNoLineOfThatFileIsRefusedWithoutShowingIt(line: String) throws {
        let error = #expect(throws: Credentials.FileError.self) {
            try Credentials(gitCredentials: Array("\n\(line)\n".utf8))
        }
        #expect(error?.description.contains("acme") == false)
        #expect(error?.description.contains("ine 2") == true)
    }
}
