import Glibc
import Postgres
import PostgresTesting
import Testing
import Time

private let notify = Statement("select pg_notify($1, $2)")

@Suite struct ListenerTests {
    private func listen(_ url: String, _ channels: [String]) throws -> (Listener, Shared<[ListenerEvent]>) {
        let events = Shared<[ListenerEvent]>([])
        let options = ConnectionOptions(conninfo: url)
        let listener = try Listener(ListenerConfiguration(connection: options, channels: channels)) { event in
            events.change { $0.append(event) }
        }
        return (listener, events)
    }

    @Test func notificationsComeInOrderAfterListening() async throws {
        try await withDatabase { url in
            let (listener, events) = try listen(url, ["one", "Two \"quoted\""])
            try await eventually("it listens") { events.value == [.listening] }
            let connection = try Connection(conninfo: url)
            for number in 0..<100 { _ = try connection.execute(notify, ["one", .text("\(number)")]) }
            _ = try connection.execute(notify, ["Two \"quoted\"", "é"])
            _ = try connection.execute(notify, ["unheard", ""])
            let expected = (0..<100).map { ListenerEvent.notification(channel: "one", payload: "\($0)") }
            try await eventually("all came") { events.value.count >= 102 }
            #expect(events.value.dropFirst() == expected + [.notification(channel: "Two \"quoted\"", payload: "é")])
            await listener.stop()
        }
    }

    @Test func aHeartbeatThatBeganLaterProvesDelivery() async throws {
        try await withDatabase { url in
            let (listener, events) = try listen(url, ["one"])
            try await eventually("it listens") { listener.lastHeartbeat != nil }
            let connection = try Connection(conninfo: url)
            for round in 1...3 {
                _ = try connection.execute(notify, ["one", "x"])
                let committed = MonotonicTime.now()
                try await eventually("a later heartbeat") { listener.lastHeartbeat.map { $0 > committed } == true }
                #expect(events.value.count == round + 1)
            }
            #expect(listener.isFresh(within: .seconds(60)))
            await listener.stop()
        }
    }

    @Test func listeningSurvivesTheEndOfItsConnection() async throws {
        try await TestCluster.shared().withDatabase { database in
            let (listener, events) = try listen(database.ownerURL, ["one"])
            try await eventually("it listens") { events.value == [.listening] }
            let superuser = try Connection(conninfo: database.superuserURL)
            try superuser.run(
                script: """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()
                    """)
            try await eventually("it listens again") { events.value.filter { $0 == .listening }.count == 2 }
            guard case .lost = events.value[1] else {
                Issue.record("the loss was not told: \(events.value)")
                return
            }
            _ = try superuser.execute(notify, ["one", "still there"])
            try await eventually("it hears") {
                events.value.last == .notification(channel: "one", payload: "still there")
            }
            await listener.stop()
        }
    }

    @Test func listeningSurvivesARestartAndStopsBeforeASilentServer() async throws {
        try await withOwnCluster { cluster, _ in
            let (listener, events) = try listen(cluster.ownerConninfo, ["one"])
            try await eventually("it listens") { events.value == [.listening] }
            let first = try #require(cluster.processID)
            kill(first, SIGKILL)
            try await eventually("it listens again") { events.value.filter { $0 == .listening }.count == 2 }
            let second = try #require(cluster.processID)
            let stopped = try StoppedServer(second)
            defer { stopped.resume() }
            let stale = try #require(listener.lastHeartbeat)
            await listener.stop()
            try #expect(#require(listener.lastHeartbeat) - stale < .seconds(1))
        }
    }
}
