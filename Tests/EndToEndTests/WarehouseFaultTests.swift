import JSON
import PostgresTesting
import RegistryTesting
import Testing
import Time

/// What a registry does wrong, and what its Warehouse says of it.
private struct Fault: Sendable {
    let name: String
    /// Part of the sentence.
    let says: String
    /// After how long, at the least, it is asked again when it has failed once; as often doubled as it fails again.
    let pause: TimeSpan
    let reply: @Sendable (FakeRegistry, FakeRegistry.Ask) -> FakeRegistry.Reply

    /// What may pass by itself is tried again soon, what somebody has to mend at the interval, here an hour: both from half of
    /// that on.
    private static let (soon, late) = (TimeSpan.seconds(5), TimeSpan.minutes(30))

    static let all = [
        Fault(name: "gone", says: "cannot be reached", pause: soon) { _, _ in .hangUp },
        Fault(name: "failing", says: "failed (503)", pause: soon) { _, _ in .status(503) },
        Fault(name: "busy", says: "asked too often (429); it will be asked again, not before 1s", pause: soon) { _, _ in
            .status(429, [("Retry-After", "1")])
        },
        Fault(name: "locked", says: "wants credentials (401)", pause: late) { _, _ in .status(401) },
        Fault(name: "lying", says: "what it sends is not used", pause: late) { registry, ask in
            guard case .manifest = ask else { return .usual }
            var answer = registry.usual(ask)
            answer.body.append(UInt8(ascii: " "))
            return .answer(answer)
        },
        Fault(name: "endless", says: "more than 200 pages", pause: late) { _, _ in
            .status(200, [("Link", "</v2/app/tags/list?last=v1>; rel=\"next\"")], #"{"tags":["v1"]}"#)
        },
        Fault(name: "garbled", says: "cannot be read", pause: late) { _, _ in .status(200, [], "<html>") },
        Fault(name: "slow", says: "did not answer in time", pause: soon) { _, _ in .silence },
    ]
}

@Suite struct WarehouseFaultTests {
    @Test func eachFaultIsToldByItsNameAndTheRestGoesOn() async throws {
        let healthy = try FakeRegistry()
        healthy.push("v1")
        let faulty = try Fault.all.map { (fault: $0, registry: try $0.registry()) }
        let names = Set(faulty.map(\.fault.name))
        try await withServer { server, database in
            let client = server.admin
            let others = faulty.map { Shop.warehouse(named: $0.fault.name, Shop.image($0.registry.image)) }
            try await client.apply(
                Shop.manifests(Shop.warehouse(interval: "1s", Shop.image(healthy.image)), others.joined()))
            let first = try await client.eventually("Freight is made") { $0["freight"] != nil }
            for (fault, registry) in faulty { try await expect(fault, of: registry, client) }
            try await eventually("monitoring is told") {
                let counts = try await client.failures()
                return Set(counts.filter { $0.value > 0 }.keys) == names && counts["market"] == 0
            }
            #expect(try await MetricsText(client.get("/metrics").text).findings == [])

            // Where all others fail, what is new is found.
            healthy.push("v2", created: "2026-02-03T04:05:06Z")
            _ = try await client.eventually("newer Freight is made") { $0["freight"] != first["freight"] }
            try await #expect(database.events("freight.created") == 2)

            for (_, registry) in faulty { registry.instead(nil) }
            for (fault, _) in faulty {
                let found = try await client.refresh(fault.name)
                #expect(found["freight"] != nil && found["subscriptions"]?.array?.first?["error"] == nil)
                #expect(found["failures"]?.integer == 0 && found["succeededAt"] == found["lookedAt"])
            }
            try await #expect(database.events("freight.created") == 2 + faulty.count)
            try await eventually("monitoring is told") {
                let counts = try await client.failures()
                return Set(counts.keys) == names.union(["market"]) && counts.values.allSatisfy { $0 == 0 }
            }
        }
    }

    /// A Warehouse tells its fault, and is not looked at before that makes sense.
    private nonisolated(nonsending) func expect(
        _ fault: Fault, of registry: FakeRegistry, _ client: Client
    ) async throws {
        let shown = try await client.eventually("it fails", of: fault.name) { ($0["failures"]?.integer ?? 0) > 0 }
        let message = try #require(shown["subscriptions"]?.array?.first?["error"]?["message"]?.string)
        #expect(message.hasPrefix(registry.image) && message.contains(fault.says), "\(fault.name): \(message)")
        #expect(shown["freight"] == nil && shown["succeededAt"] == nil)
        let failures = try #require(shown["failures"]?.integer)
        let pause = try shown.instant("nextLookAt") - shown.instant("lookedAt")
        #expect(pause >= fault.pause(after: failures), "\(fault.name), \(failures): \(pause)")
    }

    @Test func whoAsksForRestIsNotAskedWhateverAnybodyHintsAt() async throws {
        let registry = try FakeRegistry()
        registry.push("v1")
        registry.instead { _, _ in .status(429, [("Retry-After", "4")]) }
        try await withServer { server, _ in
            try await server.admin.apply(Shop.manifests(Shop.warehouse(interval: "1s", Shop.image(registry.image))))
            let failed = try await server.admin.eventually("it fails") { ($0["failures"]?.integer ?? 0) > 0 }
            registry.instead(nil)
            let found = try await server.admin.refresh()
            #expect(found["freight"] != nil)
            #expect(try found.instant("lookedAt") - failed.instant("lookedAt") >= .seconds(4))
        }
    }

    @Test func whatWasFoundStaysWhenItsRegistryIsGone() async throws {
        let registry = try FakeRegistry()
        let old = registry.push("v1")
        try await withServer { server, database in
            let client = server.admin
            try await client.apply(Shop.manifests(Shop.warehouse(Shop.image(registry.image))))
            let found = try await client.refresh()
            let id = try #require(found["freight"]?.string)
            registry.instead { _, _ in .hangUp }
            let gone = try await client.refresh()
            let again = try await client.refresh()
            #expect((again["failures"]?.integer ?? 0) > (gone["failures"]?.integer ?? 0))
            for shown in [gone, again] {
                let subscription = try #require(shown["subscriptions"]?.array?.first)
                #expect(subscription["error"]?["since"] == gone["lookedAt"])
                #expect(subscription.texts("candidates", "digest") == [old])
                #expect(shown["succeededAt"] == found["succeededAt"])
            }
            try await #expect(client.get("\(Oracle.path)/freight/\(id)").status == 200)

            // What it has when it is back is another image of the same tag.
            let new = registry.push("v1", created: "2026-02-03T04:05:06Z")
            registry.instead(nil)
            let back = try await client.refresh()
            #expect(back["freight"] != nil && back["freight"]?.string != id)
            #expect(back.texts("movedTags", "from") == [old] && back.texts("movedTags", "to") == [new])
            try await #expect(database.events("warehouse.tag_moved") == 1)
            try await #expect(database.events("freight.created") == 2)
        }
    }

    @Test func aLookWhoseServerIsKilledIsTakenOver() async throws {
        let registry = try FakeRegistry()
        registry.push("v1")
        registry.instead { _, _ in .silence }
        // The right to a look lasts half a minute: three seconds by this clock.
        let (clock, token) = (["--clock", "2026-11-20T15:00:00Z@10"], freshSecret())
        try await withTurn {
            try await withServiceDatabase { database in
                try await withServer(on: database, clock, adminToken: token) { server in
                    try await server.admin.apply(Shop.manifests(Shop.warehouse(Shop.image(registry.image))))
                    try await eventually("the registry is asked") { !registry.asked.isEmpty }
                    try await server.kill()
                }
                registry.instead(nil)
                try await withServer(on: database, clock, adminToken: token) { server in
                    let found = try await server.admin.eventually("Freight is made") { $0["freight"] != nil }
                    // The first look never ended; that is no failure of the registry's.
                    #expect(found["looks"]?.integer == 2 && found["failures"]?.integer == 0)
                    try await #expect(database.events("freight.created") == 1)
                }
            }
        }
    }
}

extension Fault {
    /// A registry that has an image, and this fault.
    fileprivate func registry() throws -> FakeRegistry {
        let registry = try FakeRegistry()
        registry.push("v1")
        registry.instead { [reply, weak registry] ask, _ in registry.map { reply($0, ask) } ?? .hangUp }
        return registry
    }

    /// After how long, at the least, it is asked again: twice as long with each failure, up to the interval's half.
    fileprivate func pause(after failures: Int64) -> TimeSpan {
        min(TimeSpan(microseconds: pause.microseconds << min(failures - 1, 16)), .minutes(30))
    }
}

extension Client {
    /// How often each Warehouse of the project has failed, as monitoring is told.
    fileprivate nonisolated(nonsending) func failures() async throws -> [String: Int] {
        let lines = try await get("/metrics").text.split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("gatehouse_warehouse_failures{") }.compactMap { line in
            line.wholeMatch(of: /.+\{project="oracle",warehouse="(.+)"\} (\d+)/)
        }
        return Dictionary(uniqueKeysWithValues: counts.map { (String($0.1), Int($0.2) ?? -1) })
    }
}

extension JSONValue {
    fileprivate func instant(_ name: String) throws -> Instant {
        try Instant(parsing: try #require(self[name]?.string))
    }
}
