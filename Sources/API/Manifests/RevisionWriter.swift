import Crypto
import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// Changes what becomes of revisions, each change with its event. The caller of its functions holds the project's lock.
struct RevisionWriter: Sendable {
    /// Longer differences stand in the revision only: an event has its bounds.
    private static let longestDiff = 32_768

    let project: String
    private let events: EventWriter
    var caller: Caller { events.caller }
    var now: Instant { events.now }

    /// Begins a change of a project: from here on acts wait, and other changes.
    static func begin(
        _ project: String, _ request: Request, _ caller: Caller, _ service: Service, _ connection: borrowing Connection
    ) throws -> RevisionWriter {
        try EpochStore.beginChange(of: .project(project), connection)
        // Read after the lock: nothing comes into force before what was in force until then.
        return RevisionWriter(
            project: project, events: EventWriter(request, by: caller, at: service.clock.now(), service))
    }

    /// Notes that the caller agrees; once enough do, the revision is in force.
    func approve(_ number: Int64, note: String?, _ connection: borrowing Connection) throws {
        let row = try waiting(number, connection)
        guard !row.approvedBy.contains(caller.subject.name) else { return }
        do {
            try RevisionStore.approve(number, of: project, by: caller.token, at: now, connection)
        } catch {
            throw Problem.ownWord(error) ?? error
        }
        try append(.revisionApproved, number, reason: note, connection)
        guard row.approvedBy.count + 1 >= row.approvals else { return }
        try putInForce(number, reason: row.reason, connection)
    }

    /// Notes that the revision will never be in force.
    func reject(_ number: Int64, because reason: String, _ connection: borrowing Connection) throws {
        _ = try waiting(number, connection)
        guard try RevisionStore.refuse(number, of: project, by: caller.subject, reason: reason, at: now, connection)
        else { throw PostgresError.unexpected("a revision that waits cannot be refused") }
        try append(.revisionRejected, number, reason: reason, connection)
    }

    /// Lets the revision decide from now on.
    func putInForce(_ number: Int64, reason: String?, _ connection: borrowing Connection) throws {
        try checkNothingIsLeftBehind(by: number, connection)
        try RevisionStore.putInForce(number, of: project, at: now, connection)
        try append(.revisionApplied, number, reason: reason, connection)
    }

    /// Refuses to remove a Stage that something is on its way into, or to hand a project with such a Stage to Kargo.
    private func checkNothingIsLeftBehind(by number: Int64, _ connection: borrowing Connection) throws {
        guard let before = try RevisionStore.current(of: project, connection)?.manifests(connection) else { return }
        let after = try row(number, connection).manifests(connection)
        let isHandedOver = before.projectPolicy.orchestrator != after.projectPolicy.orchestrator
        for stage in before.stageNames where isHandedOver || after.stage(stage) == nil {
            let unfinished = try PromotionStore.unfinished(into: stage, of: project, connection)
            guard let promotion = unfinished.first?.promotion else { continue }
            throw Problem(
                .stageBusy,
                "the Stage '\(stage)' cannot be \(isHandedOver ? "handed over" : "removed"): \(promotion.id) has not ended",
                hint: "abort it first, or wait for its end")
        }
    }

    /// Writes an event about a revision.
    func append(
        _ code: EventCode, _ number: Int64, reason: String?, _ connection: borrowing Connection
    ) throws {
        let row = try row(number, connection)
        var details: [JSONValue.Member] = [
            .init("revision", .integer(number)), .init("hash", .string(Hex.encode(row.hash))),
            .init("loosens", .bool(row.loosens)), .init("author", .string(row.author.name)),
        ]
        if row.approvals > 0 {
            details.append(.init("approvalsRequired", .integer(Int64(row.approvals))))
            details.append(.init("approvals", .array(row.approvedBy.map { .string($0) })))
        }
        if code == .revisionApplied || code == .revisionPending,
            let diff = try RevisionStore.content(of: number, of: project, connection)?.diff,
            diff.utf8.count <= Self.longestDiff, let value = try? JSONValue(parsing: Array(diff.utf8))
        {
            details.append(.init("diff", value))
        }
        try events.append(code, project: project, reason: reason, details: details, connection)
    }

    private func waiting(_ number: Int64, _ connection: borrowing Connection) throws -> RevisionStore.Row {
        let row = try row(number, connection)
        guard row.state == .pending else {
            throw Problem(.revisionDecided, "revision \(number) of '\(project)' is \(row.state.rawValue)")
        }
        return row
    }

    /// A revision that must be there.
    func row(_ number: Int64, _ connection: borrowing Connection) throws -> RevisionStore.Row {
        guard let row = try RevisionStore.revision(number, of: project, connection) else {
            throw Problem.noRevision(number, of: project)
        }
        return row
    }
}
