import HTTPServer
import Identity
import Manifests
import Postgres
import Store

extension ManifestSet {
    /// Begins a change of a Stage that there is, by the manifests in force: from here on acts wait in its project.
    static func beginChange(
        of stage: String, in project: String, for caller: Caller, _ connection: borrowing Connection
    ) throws -> ManifestSet {
        try EpochStore.beginChange(of: .project(project), connection)
        return try having(stage, in: project, for: caller, connection)
    }

    /// The manifests in force, which must have a Stage.
    @discardableResult
    static func having(
        _ stage: String, in project: String, field: String? = nil, for caller: Caller,
        _ connection: borrowing Connection
    ) throws -> ManifestSet {
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        let manifests = try current.manifests(connection)
        guard manifests.has(stage) else {
            throw Problem.noStage(stage, of: project, field: field, among: manifests.stageNames, for: caller)
        }
        return manifests
    }
}

extension Problem {
    /// A Stage that a project does not have, named by the path or by a field.
    static func noStage(
        _ stage: String, of project: String, field: String? = nil, among known: [String], for caller: Caller
    ) -> Problem {
        let shown = known.filter { caller.grant.reaches(project: project, stage: $0) }
        return Problem(
            .noSuchStage, "'\(project)' has no Stage '\(stage.prefix(64))'", field: field,
            hint: AskedNames.hint(stage, shown) ?? "GET /v1/projects/\(project) lists them")
    }
}
