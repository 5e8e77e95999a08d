import Engine
import Glibc
import JSON
import Postgres
import PostgresTesting
import Testing

/// A server is killed at each instant at which that leaves a promotion in a place of its own; others go on, and whoever was
/// told to do something was told once.
@Suite struct KillSweepTests {
    /// Where a server dies, and where the next one does, if it does.
    private struct Case {
        let first: String
        let second: String?
        let stage: String
    }

    /// What is hit on the way of a promotion that goes well.
    private static let usual: [Failpoint] = [
        .afterIntent, .beforeSending, .afterSending, .beforeNote, .afterNote, .beforeEnd, .afterEnd,
    ]
    private static let general: [Failpoint] = [.beforeStart, .afterStart, .beforeIntent]
    /// What is hit only where something was intended and never sent.
    private static let withdrawal: [Failpoint] = [.beforeWithdrawal, .afterWithdrawal]
    private static let stopping: [Failpoint] = [.beforeStop, .afterStop]

    private static let places =
        general.map(\.rawValue) + ["deploy", "verify"].flatMap { kind in usual.map { "\(kind):\($0.rawValue)" } }

    private static func name(_ index: Int) -> String { "case-\(index)" }

    /// Each place once; and each way in which a second server finds what the first one never sent.
    private static var short: [Case] {
        let ways: [(String, String?)] =
            places.map { ($0, nil) }
            + ["deploy", "verify"].flatMap { kind in
                withdrawal.map { ("\(kind):intent.after", "\(kind):\($0.rawValue)") }
            }
        return ways.enumerated().map { Case(first: $1.0, second: $1.1, stage: name($0)) }
    }

    /// Each place after each place.
    private static var whole: [Case] {
        let all = places + ["deploy", "verify"].flatMap { kind in withdrawal.map { "\(kind):\($0.rawValue)" } }
        return places.flatMap { first in all.map { (first, $0) } }.enumerated().map {
            Case(first: $1.0, second: $1.1, stage: name($0))
        }
    }

    /// Milliseconds after which others take over: soon, since there is much to sweep.
    private static let lease = 300
    /// How many Stages the manifests of one project may tell of, which take two documents each.
    private static let stagesMax = 90
    private static let open = "select count(*) from promotions where ended_at is null"
    private static let isWhole = getenv("GATEHOUSE_SOAK") != nil

    @Test func everyFailpointIsSwept() {
        let swept = Self.usual + Self.general + Self.withdrawal + Self.stopping
        #expect(Set(swept) == Set(Failpoint.allCases) && swept.count == Failpoint.allCases.count)
    }

    @Test func whoeverIsKilledWhereverTheWorkIsDoneOnce() async throws {
        let cases = Self.isWhole ? Self.whole : Self.short
        for begin in stride(from: 0, to: cases.count, by: Self.stagesMax) {
            try await sweep(Array(cases[begin..<min(begin + Self.stagesMax, cases.count)]))
        }
    }

    private nonisolated(nonsending) func sweep(_ cases: [Case]) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let rehearsal = try await Rehearsal.prepare(cases.map(\.stage), database, folder: folder)
                    for one in cases { try await sweep(one, rehearsal) }
                    try await #expect(database.events("promotion.ended") == cases.count)
                }
            }
        }
    }

    private nonisolated(nonsending) func sweep(_ one: Case, _ rehearsal: Rehearsal) async throws {
        let words: Comment = "killed at \(one.first)\(one.second.map { ", then at \($0)" } ?? "")"
        try await rehearsal.call(one.stage)
        let first = try await rehearsal.start(dieAt: one.first, leaseMilliseconds: Self.lease)
        try await eventually("it dies at \(one.first)", within: .seconds(30)) { first.process.end != nil }
        #expect(first.process.end == .signal(SIGKILL), words)
        if let place = one.second {
            let second = try await rehearsal.start(dieAt: place, leaseMilliseconds: Self.lease)
            // Where the first one has died the second may not come by any more.
            try await eventually("it dies or is done", within: .seconds(30)) {
                if second.process.end != nil { return true }
                return try await rehearsal.hasEnded(one.stage)
            }
            try await second.kill()
        }
        let last = try await rehearsal.start(leaseMilliseconds: Self.lease)
        try await eventually("the promotion ends", within: .seconds(30)) { try await rehearsal.hasEnded(one.stage) }
        try await last.kill()
        try await expectDoneOnce(one.stage, rehearsal, words)
    }

    private nonisolated(nonsending) func expectDoneOnce(
        _ stage: String, _ rehearsal: Rehearsal, _ words: Comment
    ) async throws {
        try await #expect(rehearsal.phase(in: stage) == "Succeeded", words)
        #expect(rehearsal.sent("deploy", for: stage) == 1, words)
        #expect(rehearsal.sent("verify", for: stage) == 1, words)
        let verified = "select count(*) from stage_verifications where stage = '\(stage)'"
        try await #expect(rehearsal.database.number(verified) == 1, words)
        let others = """
            select count(*) from promotion_steps s join promotions p on p.id = s.promotion
            where p.stage = '\(stage)' and (s.outcome is null or s.outcome not in ('withdrawn', 'done'))
            """
        try await #expect(rehearsal.database.number(others) == 0, words)
    }

    @Test func wheneverPostgreSQLIsKilledTheWorkIsDoneOnce() async throws {
        try await withTurn {
            // What was committed must outlast the processes, if not a power cut.
            try await withOwnCluster(settings: ["synchronous_commit": "on"]) { cluster, folder in
                let database = ServiceDatabase(database: TestDatabase(name: "gatehouse", cluster: cluster))
                try await migrate(database.ownerURL)
                let records = folder + "-records"
                mkdir(records, 0o700)
                defer { TestFolder.remove(records) }
                let places = Self.isWhole ? Self.places : Self.places.filter { $0.hasPrefix("deploy:") }
                let stages = places.indices.map { Self.name($0) }
                let rehearsal = try await Rehearsal.prepare(stages, database, folder: records)
                for (place, stage) in zip(places, stages) {
                    try await rehearsal.call(stage)
                    let postmaster = cluster.processID
                    let server = try await rehearsal.start(dieAt: place, victim: postmaster, leaseMilliseconds: 2_000)
                    try await eventually("another PostgreSQL runs", within: .seconds(60)) {
                        cluster.processID != postmaster
                    }
                    try await eventually("the promotion ends", within: .seconds(60)) {
                        (try? await rehearsal.hasEnded(stage)) ?? false
                    }
                    try await server.kill()
                    try await expectDoneOnce(stage, rehearsal, "PostgreSQL was killed at \(place)")
                }
            }
        }
    }

    /// A lease that is much shorter than the work: both take it from one another again and again.
    @Test func twoServersThatRaceDoTheWorkOnce() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let stages = (0..<(Self.isWhole ? Self.stagesMax : 16)).map { Self.name($0) }
                    let rehearsal = try await Rehearsal.prepare(stages, database, folder: folder)
                    let one = try await rehearsal.start(workMilliseconds: 400, leaseMilliseconds: 60)
                    let other = try await rehearsal.start(workMilliseconds: 400, leaseMilliseconds: 60)
                    for stage in stages { try await rehearsal.call(stage) }
                    // On a slow machine nobody has anything for as long as it takes to write down that it will be sent.
                    let leases = "select coalesce(max(lease), 0) from promotions"
                    try await eventually("all have ended, or were fought over enough", within: .seconds(120)) {
                        if try await database.number(Self.open) == 0 { return true }
                        return try await database.number(leases) > Int64(20 * stages.count)
                    }
                    #expect(one.process.end == nil && other.process.end == nil)
                    try await one.kill()
                    try await other.kill()
                    let patient = try await rehearsal.start(leaseMilliseconds: 2_000)
                    try await eventually("all have ended", within: .seconds(120)) {
                        try await database.number(Self.open) == 0
                    }
                    try await patient.kill()
                    for stage in stages { try await expectDoneOnce(stage, rehearsal, "two servers raced for \(stage)") }
                    try await #expect(database.number(leases) > Int64(stages.count), "somebody took over")
                }
            }
        }
    }

    /// It was asked whether there is time, there was, and then the machine stood still for longer than the lease.
    @Test(arguments: ["deploy:intent.after", "deploy:send.before", "deploy:send.after", "deploy:end.before"])
    func whoeverWasStoppedAndGoesOnFindsThatOthersHaveDoneIt(place: String) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let rehearsal = try await Rehearsal.prepare(["beta"], database, folder: folder)
                    let stopped = try await rehearsal.start(
                        dieAt: place, signal: SIGSTOP, leaseMilliseconds: Self.lease)
                    try await rehearsal.call("beta")
                    let other = try await rehearsal.start(leaseMilliseconds: Self.lease)
                    try await eventually("the other one ends it", within: .seconds(30)) {
                        try await rehearsal.hasEnded("beta")
                    }
                    stopped.process.send(SIGCONT)
                    // It answers: so it goes on, and has had the time for what it was about to do.
                    try await eventually("it goes on") { try await stopped.client.get("/readyz").status == 200 }
                    let again = try await stopped.client.makeFreight(tag: "v2")
                    let freight = try #require(again.json?["id"]?.string)
                    try await other.kill()
                    _ = try await stopped.client.promote(freight, to: "beta")
                    _ = try await stopped.client.eventually(freight, in: "beta", "Succeeded")
                    try await stopped.kill()
                    #expect(rehearsal.sent("deploy", for: "beta") == 2 && rehearsal.sent("verify", for: "beta") == 2)
                }
            }
        }
    }

    /// A lease that would be over long after everybody has gone home.
    @Test func whoeverIsAskedToStopLetsOthersGoOnAtOnce() async throws {
        try await withRehearsal { rehearsal in
            let day = 86_400_000
            let first = try await rehearsal.start(workMilliseconds: day, leaseMilliseconds: day)
            try await rehearsal.call("beta")
            try await eventually("it is sent") { rehearsal.sent("deploy", for: "beta") == 1 }
            let second = try await rehearsal.start(workMilliseconds: day, leaseMilliseconds: day)
            first.process.send(SIGTERM)
            try await eventually("it has stopped") { first.process.end == .exit(0) }
            // Whoever has it now is the one who hears of this.
            let id = try await rehearsal.database.texts("select id from promotions").first ?? ""
            _ = try await second.client.post("\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
            try await eventually("it is stopped") { try await rehearsal.hasEnded("beta") }
            #expect(rehearsal.sent("deploy", for: "beta") == 1 && rehearsal.stopped("deploy", for: "beta"))
            try await second.kill()
        }
    }

    @Test(arguments: stopping)
    private func whoeverIsKilledWhileSomethingIsStoppedItIsStopped(failpoint: Failpoint) async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    let rehearsal = try await Rehearsal.prepare(["beta"], database, folder: folder)
                    let first = try await rehearsal.start(
                        dieAt: "deploy:\(failpoint.rawValue)", workMilliseconds: 600_000, leaseMilliseconds: Self.lease)
                    try await rehearsal.call("beta")
                    try await eventually("it is sent") { rehearsal.sent("deploy", for: "beta") == 1 }
                    let id = try await database.texts("select id from promotions").first ?? ""
                    let answer = try await first.client.post(
                        "\(Oracle.path)/promotions/\(id)/abort", reason("not today"))
                    #expect(answer.json?["phase"]?.string == "Running")
                    #expect(answer.json?["code"]?.string == "promotion.aborted")
                    try await eventually("it dies", within: .seconds(30)) { first.process.end != nil }
                    let second = try await rehearsal.start(workMilliseconds: 600_000, leaseMilliseconds: Self.lease)
                    try await eventually("it ends", within: .seconds(30)) { try await rehearsal.hasEnded("beta") }
                    try await second.kill()
                    try await #expect(rehearsal.phase(in: "beta") == "Aborted")
                    #expect(rehearsal.sent("deploy", for: "beta") == 1 && rehearsal.sent("verify", for: "beta") == 0)
                    try await #expect(database.texts("select freight from deployments") == [rehearsal.freight])
                    try await #expect(database.number("select count(*) from occupancies") == 0)
                }
            }
        }
    }
}
