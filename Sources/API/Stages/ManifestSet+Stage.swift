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
        guard let current = try RevisionStore.current(of: project, connection) else { throw Problem.noProject(project) }
        let manifests = try current.manifests(connection)
        guard manifests.has(stage) else {
            throw Problem(
                .noSuchStage, "'\(project)' has no Stage '\(stage.prefix(64))'",
                hint: "GET /v1/projects/\(project) lists them")
        }
        return manifests
    }
}
