import Engine
import HTTPServer
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// What holding a Stage, or letting it go on, is asked for.
struct HoldBody: Sendable {
    let warehouse: String?
    let reason: String

    init(_ request: Request) throws(Problem) {
        (warehouse, reason) = try request.fields(
            "warehouse", "reason",
            read: { fields throws(JSONFieldError) in
                (
                    try fields.string("warehouse", maximum: 253),
                    try fields.requiredString("reason", maximum: 2_000)
                )
            })
    }
}

/// A change of what goes into a Stage by itself, made in a transaction that holds off every act in its project.
struct HoldChange: Sendable {
    private let project: String
    private let stage: String
    private let manifests: ManifestSet
    private let body: HoldBody
    private let events: EventWriter

    /// Begins a change of a Stage that there is.
    static func begin(
        _ stage: String, _ project: String, _ body: HoldBody, _ request: Request, _ caller: Caller,
        _ service: Service, _ connection: borrowing Connection
    ) throws -> HoldChange {
        let manifests = try ManifestSet.beginChange(of: stage, in: project, for: caller, connection)
        return HoldChange(
            project: project, stage: stage, manifests: manifests, body: body,
            events: EventWriter(request, by: caller, at: service.clock.now(), service))
    }

    /// Lets nothing of a Warehouse go in by itself; answers what holds then.
    func hold(_ connection: borrowing Connection) throws -> [UInt8] {
        guard manifests.projectPolicy.orchestrator == .gatehouse else {
            throw Problem(
                .kargoOrchestrates, "Kargo promotes in '\(project)': this would hold nothing",
                hint: "its ProjectPolicy says 'orchestrator: kargo'")
        }
        let warehouse = try warehouse(among: asked)
        guard
            try HoldStore.hold(
                stage, of: project, warehouse: warehouse, by: events.caller.subject, because: body.reason,
                at: events.now, connection)
        else {
            let before = try holds(connection).first { $0.warehouse == warehouse }
            let why = before.map { "\($0.by) held it at \($0.at.text): \($0.reason)" } ?? "somebody held it"
            throw Problem(.stageHeld, "'\(stage)' is held for '\(warehouse)' already; \(why)")
        }
        return try written(.stageHeld, warehouse, connection)
    }

    /// Lets Freight of a Warehouse go in by itself again, and looks at what waits for that; answers what holds then.
    func resume(_ connection: borrowing Connection) throws -> [UInt8] {
        // Also what is held for a Warehouse from which the Stage takes nothing any more.
        let warehouse = try warehouse(among: asked + holds(connection).map(\.warehouse))
        guard
            try HoldStore.resume(
                stage, of: project, warehouse: warehouse, by: events.caller.subject, because: body.reason,
                at: events.now, connection)
        else { throw Problem(.stageNotHeld, "'\(stage)' is not held for '\(warehouse)'") }
        return try written(.stageResumed, warehouse, connection)
    }

    /// The Warehouses that the Stage takes Freight from.
    private var asked: [String] { manifests.stage(stage)?.requests.map(\.warehouse) ?? [] }

    private func warehouse(among known: [String]) throws(Problem) -> String {
        let names = Set(known).sorted()
        if let name = body.warehouse ?? (names.count == 1 ? names.first : nil), names.contains(name) { return name }
        let list = names.isEmpty ? "no Warehouse" : names.joined(separator: ", ")
        throw Problem(
            .badField, "'\(stage)' takes Freight from \(list)", field: "warehouse",
            hint: names.isEmpty ? "only what Kargo's Stages take in goes in by itself" : "name one of them")
    }

    private func holds(_ connection: borrowing Connection) throws -> [HoldStore.Hold] {
        try HoldStore.holds(in: stage, of: project, connection)
    }

    private func written(
        _ code: EventCode, _ warehouse: String, _ connection: borrowing Connection
    ) throws -> [UInt8] {
        try events.append(
            code, project: project, stage: stage, reason: body.reason,
            details: [.init("warehouse", .string(warehouse))], connection)
        let holds = try holds(connection)
        return JSONWriter.object { json in
            json.member("project", project)
            json.member("stage", stage)
            json.member("holds", holds) { hold, json in hold.write(into: &json) }
        }
    }
}

extension HoldStore.Hold {
    /// The hold as programs and people read it.
    func write(into json: inout JSONWriter) {
        json.member("warehouse", warehouse)
        json.member("by", by)
        json.member("at", at.text)
        json.member("reason", reason)
    }
}
