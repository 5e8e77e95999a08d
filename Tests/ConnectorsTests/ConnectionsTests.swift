import Connectors
import HTTPClient
import Promotions
import RegistryTesting
import Testing

@Suite struct ConnectionsTests {
    private func connections(
        allowing hosts: String..., isLoopbackOnly: Bool = false, git: String = ""
    ) throws -> Connections {
        var configuration = Connections.Configuration(client: HTTPClientConfiguration(userAgent: "tests/1"))
        configuration.allowed = Set(hosts.compactMap { HostName($0) })
        configuration.isLoopbackOnly = isLoopbackOnly
        configuration.gitCredentials = try Credentials(gitCredentials: Array(git.utf8))
        return Connections(configuration)
    }

    private func image(_ repository: String) -> Subscription.Source { .image(.init(repository: repository)) }
    private func git(_ repository: String) -> Subscription.Source { .git(.init(repository: repository)) }

    @Test func onlyWhatTheOperatorAllowsIsAsked() throws {
        let some = try connections(allowing: "quay.io", git: "https://anna:secret@git.acme.example")
        for source in [
            image("quay.io/a/b"), image("localhost:5000/a"), git("https://git.acme.example/a"),
            git("http://127.0.0.1/a"),
            .chart(.init(repository: "oci://quay.io/a/chart")),
        ] { #expect(some.objection(to: source) == nil, "\(source)") }
        // Credentials of a git server are no reason to ask a registry there.
        for source in [
            image("ghcr.io/a/b"), image("a"), image("quay.io:444/a"), image("git.acme.example/a"),
            git("https://github.com/a/b"), git("https://127.0.0.1.example/a"),
            .chart(.init(repository: "oci://ghcr.io/a/chart")),
        ] { #expect(some.objection(to: source)?.contains("--allow-host") == true, "\(source)") }
        #expect(some.objection(to: git("https://user@quay.io/a"))?.contains("no server") == true)
        #expect(some.objection(to: git("http://quay.io/a"))?.contains("https only") == true)
    }

    @Test func aDrillAsksThisMachineOnly() async throws {
        let drill = try connections(
            allowing: "quay.io", "localhost:5000", isLoopbackOnly: true, git: "https://anna:secret@git.acme.example")
        #expect(drill.objection(to: image("localhost:5000/a")) == nil)
        for source in [image("quay.io/a"), git("https://git.acme.example/a")] {
            #expect(drill.objection(to: source)?.contains("drill") == true)
        }
        guard
            case .failure(.registry(let error)) = await drill.poll(
                .init(repository: "quay.io/a"), knowing: ImageKnowledge(), withRevisions: false
            ).0
        else {
            Issue.record("it was asked")
            return
        }
        #expect(error.reason == .hostNotAllowed)
    }

    @Test func aHostThatDoesNotAnswerHoldsUpNobodyWhoAsksAnother() async throws {
        let (silent, quick) = (try FakeRegistry(), try FakeRegistry())
        silent.instead { _, _ in .silence }
        quick.push("1.0.0")
        var configuration = Connections.Configuration(client: HTTPClientConfiguration(userAgent: "tests/1"))
        configuration.limits.timeoutMilliseconds = 2_000
        let connections = Connections(configuration)
        let slow = ImageSubscription(repository: silent.image)
        let waiting = (0..<40).map { _ in
            Task { await connections.poll(slow, knowing: ImageKnowledge(), withRevisions: false).0 }
        }
        // It was here before all of those had been asked, which takes twenty seconds.
        let found = await connections.poll(
            ImageSubscription(repository: quick.image), knowing: ImageKnowledge(), withRevisions: false
        ).0
        #expect(try found.get().candidates.map(\.tag) == ["1.0.0"])
        #expect(silent.asked.count < 40)
        silent.instead { _, _ in .status(404) }
        for task in waiting { _ = await task.value }
    }
}
