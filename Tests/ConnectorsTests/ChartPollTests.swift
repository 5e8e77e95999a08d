import Connectors
import Promotions
import RegistryTesting
import Testing

@Suite struct ChartPollTests {
    @Test func versionsAreTheTagsWithoutAskingForAnythingElse() async throws {
        let fake = try FakeRegistry()
        for tag in ["1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0_build.7", "latest"] { fake.push(tag) }
        func versions(_ constraint: String? = nil, limit: Int = 20) async throws -> [String] {
            try await registry().poll(
                ChartSubscription(repository: "oci://\(fake.image)", constraint: constraint, discoveryLimit: limit))
        }
        #expect(try await versions() == ["2.0.0+build.7", "1.10.0", "1.9.0"])
        #expect(try await versions("^1", limit: 1) == ["1.10.0"])
        #expect(try await versions(">=2-0") == ["2.0.0+build.7", "2.0.0-rc.1"])
        #expect(fake.takeCounts() == ["tags": 3])
    }

    @Test(arguments: ["localhost/app", "https://localhost/app"])
    func onlyOCIIsAsked(repository: String) async {
        await #expect(throws: PollError.self) {
            try await registry().poll(ChartSubscription(repository: repository))
        }
    }
}
