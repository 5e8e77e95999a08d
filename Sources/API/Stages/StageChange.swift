import Engine
import HTTPServer
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// A change of a Stage, made in a transaction that holds off every act in its project.
struct StageChange: Sendable {
    let project: String
    let stage: String
    private let isSkippable: Bool
    private let snapshot: Snapshot
    private let events: EventWriter
    private var caller: Caller { events.caller }
    private var now: Instant { events.now }

    /// Begins a change of a Stage that there is: from here on acts wait in its project.
    static func begin(
        _ stage: String, _ project: String, _ request: Request, _ caller: Caller, _ service: Service,
        _ connection: borrowing Connection
    ) throws -> StageChange {
        let manifests = try ManifestSet.beginChange(of: stage, in: project, for: caller, connection)
        return StageChange(
            project: project, stage: stage, isSkippable: manifests[stage]?.isSkippable ?? true,
            snapshot: service.decisions.mirror.value,
            events: EventWriter(request, by: caller, at: service.clock.now(), service))
    }

    /// Lets the Stage take nothing in; answers what holds then.
    func disable(_ body: DisablingBody, _ connection: borrowing Connection) throws -> [UInt8] {
        guard isSkippable else {
            throw Problem(
                .stageNotSkippable, "the policy of '\(stage)' says 'skippable: false': nobody can disable it",
                hint: "a freeze stops it without letting anything past it")
        }
        if let until = body.until, until <= now {
            throw Problem(.badField, "'until' has passed: it is \(now.text)", field: "until")
        }
        let isNew = try StageStore.disable(
            stage, in: project, by: caller.subject, reason: body.reason, until: body.until, at: now, connection)
        guard isNew else {
            let before = try StageStore.last(of: stage, in: project, connection)
            let why = before.map { "\($0.by) disabled it at \($0.at.text): \($0.reason)" } ?? "somebody disabled it"
            throw Problem(.stageDisabled, "'\(stage)' is disabled already; \(why)")
        }
        let until = body.until.map { [JSONValue.Member("until", .string($0.text))] } ?? []
        try append(.stageDisabled, body.reason, until, connection)
        if body.abortsInFlight {
            try PromotionChange.giveUpAll(
                into: stage, of: project, .abortedByDisabling, because: body.reason,
                events.promotions(into: stage, of: project, snapshot), connection)
        }
        return try answer(connection)
    }

    /// Lets the Stage take Freight in again; answers what holds then.
    func enable(because reason: String, _ connection: borrowing Connection) throws -> [UInt8] {
        let before = try StageStore.last(of: stage, in: project, connection)
        guard
            try StageStore.enable(
                stage, in: project, by: caller.subject, reason: reason, at: now, connection)
        else {
            throw Problem(.stageEnabled, "'\(stage)' is not disabled")
        }
        let details: [JSONValue.Member] =
            before.map { [.init("disabledBy", .string($0.by)), .init("disabledAt", .string($0.at.text))] } ?? []
        try append(.stageEnabled, reason, details, connection)
        return try answer(connection)
    }

    private func answer(_ connection: borrowing Connection) throws -> [UInt8] {
        let disabling = try StageStore.last(of: stage, in: project, connection)
        let inFlight = try PromotionStore.inFlight(of: project, stage: stage, connection)
        return JSONWriter.object { json in
            json.member("project", project)
            json.member("stage", stage)
            json.member("enabled", disabling?.end.map { $0 <= now } ?? (disabling == nil))
            disabling?.write(into: &json, at: now)
            json.member("inFlight", inFlight)
        }
    }

    private func append(
        _ code: EventCode, _ reason: String, _ details: [JSONValue.Member], _ connection: borrowing Connection
    ) throws {
        try events.append(code, project: project, stage: stage, reason: reason, details: details, connection)
    }
}
