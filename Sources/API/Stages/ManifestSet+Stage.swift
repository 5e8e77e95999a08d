import HTTPServer
import Manifests
import Postgres
import Store

extension ManifestSet {
    /// Begins a change of a Stage that there is, by the manifests in force: from here on acts wait in its project.
    static func beginChange(
        of stage: String, in project: String, _ connection: borrowing Connection
    ) throws -> ManifestSet {
        try EpochStore.beginChange(of: .project(project), connection)
        return try having(stage, in: project, connection)
    }

    /// The manifests in force, which must have a Stage.
    @discardableResult
    static func having(
        _ stage: String, in project: String, field: String? = nil, _ connection: borrowing Connection
    ) throws -> ManifestSet {
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        let manifests = try current.manifests(connection)
        guard manifests.has(stage) else { throw Problem.noStage(stage, of: project, field: field) }
        return manifests
    }
}

extension Problem {
    /// A Stage that a project does not have, named by the path or by a field.
    static func noStage(_ stage: String, of project: String, field: String? = nil) -> Problem {
        Problem(
            .noSuchStage, "'\(project)' has no Stage '\(stage.prefix(64))'", field: field,
            hint: "GET /v1/projects/\(project) lists them")
    }
}
