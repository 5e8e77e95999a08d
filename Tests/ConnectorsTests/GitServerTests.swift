import Connectors
import HTTPClient
import Promotions
import RegistryTesting
import Testing

private func server(allowed: AllowedHosts = AllowedHosts()) -> GitServer {
    GitServer(client: HTTPClient(HTTPClientConfiguration(userAgent: "tests/1")), allowed: allowed)
}

/// Against git's own server program, `git http-backend`.
@Suite struct GitServerTests {
    private let backend: GitBackend

    init() async throws { backend = try await GitBackend() }

    @Test func theHeadOfABranchIsItsNewest() async throws {
        let found = try await server().poll(GitSubscription(repository: backend.url, branch: "main"))
        #expect(found.map(\.id) == [try await backend.git("rev-parse", "main")])
        #expect(found.map(\.branch) == ["main"])
        // A longer name begins alike.
        let other = try await server().poll(GitSubscription(repository: backend.url, branch: "maintenance"))
        #expect(other.map(\.id) == [try await backend.git("rev-parse", "maintenance")])
    }

    @Test func withoutABranchTheDefaultOneCounts() async throws {
        let found = try await server().poll(GitSubscription(repository: backend.url))
        #expect(found.map(\.branch) == ["main"])
        #expect(found.map(\.id) == [try await backend.git("rev-parse", "main")])
    }

    @Test func tagsLeadToTheirCommits() async throws {
        let versions = try await server().poll(GitSubscription(repository: backend.url, strategy: .semVer))
        #expect(versions.map(\.tag) == ["v1.10.0", "v1.9.0", "v1.0.0"])
        // v1.10.0 is annotated: its own hash is not the commit's.
        for (tag, found) in zip(["v1.10.0", "v1.9.0", "v1.0.0"], versions) {
            #expect(found.id == (try await backend.git("rev-parse", tag + "^{commit}")))
        }
        #expect(versions.first?.id != (try await backend.git("rev-parse", "v1.10.0")))
        let lexical = try await server().poll(
            GitSubscription(repository: backend.url, strategy: .lexical, tags: TagFilter(allow: ["^v1"])))
        #expect(lexical.map(\.tag) == ["v1.9.0", "v1.10.0", "v1.0.0"])
    }

    @Test(arguments: ["nowhere", "main\n0000", "", "mai"])
    func aBranchThatIsNotThereIsTold(branch: String) async {
        do throws(PollError) {
            _ = try await server().poll(GitSubscription(repository: backend.url, branch: branch))
            Issue.record("found")
        } catch {
            guard case .git(let error) = error, case .noSuchBranch(branch) = error.reason else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aRepositoryThatIsNotThereIsTold() async {
        do throws(GitError) {
            _ = try await server().references(of: backend.url + "x", startingWith: [])
            Issue.record("found")
        } catch {
            #expect(error.reason == .notFound)
        }
    }
}

@Suite struct GitFaultTests {
    @Test(arguments: [
        ("https://example.com/a.git", GitError.Reason.hostNotAllowed), ("git@example.com:a.git", .badURL),
        ("https://localhost", .badURL), ("https://user:secret@localhost/a", .badURL), ("file:///a", .badURL),
        ("ssh://localhost/a", .badURL), ("https://localhost/a?b", .badURL),
    ])
    func onlyAllowedURLsAreAsked(url: String, expected: GitError.Reason) async {
        do throws(GitError) {
            _ = try await server().references(of: url, startingWith: [])
            Issue.record("asked")
        } catch {
            #expect(error.reason == expected)
        }
    }

    @Test(arguments: [
        (404, "", GitError.Reason.notFound), (401, "", .notLetIn(status: 401, hasCredentials: false)),
        (301, "", .redirected), (500, "", .failed(status: 500, after: nil)), (418, "", .unexpected(status: 418)),
        (200, "<html>", nil), (200, "", .notSpoken),
        (200, "000eversion 1\n0000", .notSpoken),
    ])
    func answersThatAreNoneAreTold(status: Int, body: String, expected: GitError.Reason?) async throws {
        let fake = try LoopbackServer { _ in .answer(.init(status: status, body: Array(body.utf8))) }
        do throws(GitError) {
            _ = try await server().references(of: "http://127.0.0.1:\(fake.port)/a", startingWith: [])
            Issue.record("taken")
        } catch {
            if let expected {
                #expect(error.reason == expected)
            } else if case .badAnswer = error.reason {
            } else {
                Issue.record("\(error)")
            }
        }
    }
}
