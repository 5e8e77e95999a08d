import Engine
import HTTPServer
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// A change of the freezes, made in a transaction that holds off every act that it concerns.
struct FreezeChange: Sendable {
    private let events: EventWriter
    private var caller: Caller { events.caller }
    private var now: Instant { events.now }
    private let snapshot: Snapshot

    /// Begins a change of a project, or of everything: from here on acts wait there.
    static func begin(
        _ project: String?, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> FreezeChange {
        try EpochStore.beginChange(of: project.map { .project($0) } ?? .everything, connection)
        return FreezeChange(
            events: EventWriter(request, by: caller, at: service.clock.now(), service),
            snapshot: service.decisions.mirror.value)
    }

    /// Stops the line.
    func start(_ body: FreezeBody, _ id: String, _ connection: borrowing Connection) throws {
        if let until = body.until, until <= now {
            throw Problem(.badField, "'until' has passed: it is \(now.text)", field: "until")
        }
        try checkReachesSomething(body, connection)
        try FreezeStore.start(body.draft(id), by: caller.subject, at: now, connection)
        var details: [JSONValue.Member] = [
            .init("freeze", .string(id)), .init("rollbacks", .bool(body.passesRollbacks)),
            .init("allowBreakGlass", .bool(body.allowsBreakGlass)),
        ]
        if let until = body.until { details.append(.init("until", .string(until.text))) }
        try events.append(
            .freezeStarted, project: body.project, stage: body.stage, reason: body.reason, details: details, connection)
        guard body.abortsInFlight else { return }
        for place in try PromotionStore.active(of: body.project, stage: body.stage, connection) {
            let writer = events.promotions(into: place.stage, of: place.project, snapshot)
            try PromotionChange.giveUpAll(
                into: place.stage, of: place.project, .aborted, because: body.reason, onlyActive: true, writer,
                connection)
        }
    }

    /// Lets the line go on.
    func end(_ freeze: FreezeStore.Row, because reason: String, _ connection: borrowing Connection) throws {
        guard try FreezeStore.end(freeze.id, by: caller.subject, reason: reason, at: now, connection) else {
            throw Problem(.freezeEnded, "the freeze '\(freeze.id)' has ended before")
        }
        let details: [JSONValue.Member] = [
            .init("freeze", .string(freeze.id)), .init("startedBy", .string(freeze.startedBy)),
            .init("startedAt", .string(freeze.startedAt.text)),
        ]
        try events.append(
            .freezeEnded, project: freeze.project, stage: freeze.stage, reason: reason, details: details, connection)
    }

    /// The freeze as it is now.
    func answer(_ id: String, showsInFlight: Bool = false, _ connection: borrowing Connection) throws -> [UInt8] {
        guard let row = try FreezeStore.freeze(id, connection) else {
            throw PostgresError.unexpected("a freeze is not there")
        }
        let inFlight =
            showsInFlight ? try PromotionStore.inFlight(of: row.project, stage: row.stage, connection) : nil
        return JSONWriter.object { json in
            row.write(into: &json, at: now)
            if let inFlight { json.member("inFlight", inFlight) }
        }
    }

    /// A freeze of a name that is misspelt would be a false comfort.
    private func checkReachesSomething(_ body: FreezeBody, _ connection: borrowing Connection) throws {
        guard let project = body.project else { return }
        guard let current = try RevisionStore.current(of: project, connection) else {
            throw Problem(
                .badFreeze, "there is no project '\(project.prefix(64))': this freeze would stop nothing",
                field: "scope.project", hint: "GET /v1/projects lists them")
        }
        guard let stage = body.stage, try !current.manifests(connection).has(stage) else { return }
        throw Problem(
            .badFreeze, "'\(project)' has no Stage '\(stage.prefix(64))': this freeze would stop nothing",
            field: "scope.stage", hint: "GET /v1/projects/\(project) lists them")
    }
}

extension FreezeStore.Row {
    /// The freeze as programs and people read it.
    func write(into json: inout JSONWriter, at now: Instant) {
        json.member("id", id)
        json.name("scope")
        json.beginObject()
        json.member("project", project)
        json.member("stage", stage)
        json.endObject()
        json.member("active", end.map { now < $0 } ?? true)
        json.member("reason", reason)
        json.member("rollbacks", rollbacks)
        json.member("allowBreakGlass", breakGlass)
        json.member("startedAt", startedAt.text)
        json.member("startedBy", startedBy)
        json.member("until", until?.text)
        json.member("endedAt", endedAt?.text)
        json.member("endedBy", endedBy)
        json.member("endedWhy", endedWhy)
    }
}
