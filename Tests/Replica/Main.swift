import Engine
import Glibc
import HTTPServer
import JSON
import Postgres
import Promotions
import Store
import Time
import TimeZones

/// `replica CONNINFO PORT`: answers `POST /act/{project}/{stage}` by the one door through which releases are let on. Each
/// act that is let on leaves a row in the table `acts`, which whoever runs it has made.
@main enum Main {
    private static let note = Statement("insert into acts (code) values ($1)")

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = UInt16(arguments[2]) else {
            print("usage: replica CONNINFO PORT")
            exit(2)
        }
        let pool = try Pool(PoolConfiguration(conninfo: arguments[1]))
        let clock = ServiceClock(isDrill: true)
        // No zone is trusted without the system's files: the policies of these tests go by none.
        let decisions = Decisions(pool: pool, clock: clock, zones: ZoneDirectory(fault: nil) { _ in nil })
        let listener = try listen(arguments[1], decisions)
        let (reading, drill) = try await pool.withConnection { (try $0.readClock(), try DrillStore.anchor($0)) }
        clock.set(reading, drill: drill)
        try await decisions.mirror.reload()

        var configuration = ServerConfiguration()
        configuration.port = port
        let server = try HTTPServer(configuration, Router([route(Admit(decisions))]), log: { _ in })
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
        await listener.stop()
        server.stop(within: .seconds(1))
    }

    private static func listen(_ conninfo: String, _ decisions: Decisions) throws -> Listener {
        var options = ConnectionOptions(conninfo: conninfo)
        options.applicationName = "replica-listener"
        return try Listener(ListenerConfiguration(connection: options, channels: ["gatehouse"])) { event in
            if case .notification(_, "decisions") = event { decisions.mirror.hearOfChange() }
        }
    }

    private static func route(_ admit: Admit) -> Route {
        Route(
            .post, "/act/{project}/{stage}",
            .asynchronous { request throws(Problem) in
                do {
                    let asked = Admit.Request(
                        project: request.pathParameter("project"), stage: request.pathParameter("stage"))
                    let (decision, _) = try await admit.judge(asked) { _, _ in
                        Admit.Facts(
                            freight: FreightFacts(id: "f", standing: .accepted, availability: .verified(in: ["beta"])))
                    } effect: { connection, decision in
                        if decision.isAllowed { _ = try connection.execute(note, [.text(decision.code.rawValue)]) }
                    }
                    return .json(status: decision.isAllowed ? 200 : 423) { $0.member("code", decision.code.rawValue) }
                } catch {
                    return .json(status: 503) { $0.member("error", "\(error)") }
                }
            })
    }
}
