import Engine
import HTTPServer
import Identity
import Ledger
import Manifests
import Postgres
import Promotions
import Store

/// Names by which the log is searched. One that is nowhere, and that the log never held, is written wrongly: to whoever audits,
/// an empty answer would say that nothing happened.
struct AskedEvents: Sendable {
    private static let mostNames = 1_000

    private let caller: Caller
    private let snapshot: Snapshot

    private init(_ caller: Caller, _ service: Service) {
        self.caller = caller
        snapshot = service.decisions.mirror.value
    }

    /// The search, its Freight by its ID; refuses a name that there is not and never was.
    static func known(_ search: AuditSearch, to caller: Caller, _ service: Service) async throws -> AuditSearch {
        guard search.namesSomething else { return search }
        let asked = AskedEvents(caller, service)
        return try await service.pool.withConnection { try asked.resolved(search, $0) }
    }

    private func resolved(_ search: AuditSearch, _ connection: borrowing Connection) throws -> AuditSearch {
        var search = search
        if let project = search.project { try check(project: project, connection) }
        if let stage = search.stage, let project = search.project { try check(stage: stage, project, connection) }
        if let actor = search.actor { try check(actor: actor, connection) }
        if let promotion = search.promotion { try check(promotion: promotion, connection) }
        if let freight = search.freight { search.freight = try id(of: freight, in: search.project, connection) }
        return search
    }

    /// Whether the log has an event of such, among those that the caller may see.
    private func everWas(
        _ connection: borrowing Connection, _ narrow: (inout AuditSearch) -> Void
    ) throws(PostgresError) -> Bool {
        var search = AuditSearch(within: caller.grant)
        narrow(&search)
        let part = try AuditQueryStore.part(of: search, after: nil, limit: 1, connection)
        return !part.events.isEmpty || part.next != nil
    }

    private func check(project: String, _ connection: borrowing Connection) throws {
        guard snapshot.projects[project] == nil, try !everWas(connection, { $0.project = project }) else { return }
        throw Problem.noProject(project, meant: snapshot.nearestProject(to: project, for: caller), field: "project")
    }

    private func check(stage: String, _ project: String, _ connection: borrowing Connection) throws {
        let known = snapshot.projects[project]?.stages ?? [:]
        guard known[stage] == nil, try !everWas(connection, { ($0.project, $0.stage) = (project, stage) }) else {
            return
        }
        throw Problem.noStage(stage, of: project, field: "stage", among: known.keys.sorted(), for: caller)
    }

    private func check(actor: String, _ connection: borrowing Connection) throws {
        guard try !everWas(connection, { $0.actor = actor }) else { return }
        // Who may see some projects only is not told who else there is.
        let names = caller.grant.projects == nil ? try SubjectStore.names(limit: Self.mostNames, connection) : []
        guard !names.contains(actor) else { return }
        throw Problem(
            .noSuchSubject, "nobody is called '\(actor.prefix(64))', and the log knows of nothing that they did",
            field: "actor", hint: nearest(to: actor, among: names).map { "did you mean '\($0)'?" })
    }

    private func check(promotion: String, _ connection: borrowing Connection) throws {
        guard try !everWas(connection, { $0.promotion = promotion }) else { return }
        throw Problem(
            .noSuchPromotion, "the log knows of no promotion '\(promotion.prefix(64))'", field: "promotion",
            hint: "GET /v1/projects/{project}/promotions lists them")
    }

    private func id(of name: String, in project: String?, _ connection: borrowing Connection) throws -> String {
        guard let project else {
            guard try !everWas(connection, { $0.freight = name }) else { return name }
            throw Problem(
                .noSuchFreight, "the log knows of no Freight '\(name.prefix(64))'", field: "freight",
                hint: "say its 'project', too: there an alias or the beginning of an ID is enough")
        }
        if let row = try FreightStore.freight(name, in: project, connection) { return row.freight.id }
        var search = FreightStore.Search()
        search.text = name
        let found = try FreightStore.page(of: project, search, before: nil, limit: Self.mostNames, connection)
            .map(\.freight.id).filter { $0.hasPrefix(name) }
        guard found.count <= 1 else {
            throw Problem(
                .badField, "the IDs of \(found.count) Freight begin with '\(name.prefix(64))'", field: "freight",
                hint: "say more of it")
        }
        if let id = found.first { return id }
        guard try !everWas(connection, { ($0.project, $0.freight) = (project, name) }) else { return name }
        let aliases = try FreightStore.page(of: project, .init(), before: nil, limit: Self.mostNames, connection)
            .map(\.freight.alias)
        throw Problem(
            .noSuchFreight, "'\(project)' has no Freight '\(name.prefix(64))'", field: "freight",
            hint: (nearest(to: name, among: aliases).map { "did you mean '\($0)'?; " } ?? "")
                + "GET /v1/projects/\(project)/freight lists it, with tag=… by what was built")
    }
}

extension AuditSearch {
    fileprivate var namesSomething: Bool {
        project != nil || stage != nil || freight != nil || promotion != nil || actor != nil
    }
}

extension AuditSearch.Code {
    /// Reads a code, or the beginning of some; refuses what no event ever has.
    init(asked text: String) throws(Problem) {
        let codes = EventCode.allCases.map(\.rawValue)
        if text.hasSuffix("*"), codes.contains(where: { $0.hasPrefix(text.dropLast()) }) {
            self = .startingWith(String(text.dropLast()))
        } else if codes.contains(text) {
            self = .exactly(text)
        } else {
            let families = Set(codes.compactMap { $0.split(separator: ".").first.map { "\($0).*" } }).sorted()
            let meant = nearest(to: text, among: codes + families)
            throw Problem(
                .badField, "no event has a code like '\(text.prefix(64))'", field: "code",
                hint: (meant.map { "did you mean '\($0)'?; " } ?? "") + "all of a kind are asked for as override.*")
        }
    }
}
