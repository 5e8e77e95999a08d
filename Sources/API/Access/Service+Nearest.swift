import Engine
import HTTPServer
import Identity
import Manifests
import Time

extension Snapshot {
    /// The project that somebody may have meant, of those that they may know of.
    func nearestProject(to name: String, for caller: Caller) -> String? {
        nearest(to: name, among: projects.keys.filter { caller.grant.projects?.contains($0) ?? true }.sorted())
    }

    /// Refuses a Stage that there is not.
    func check(_ stage: String, of project: String, field: String? = nil, for caller: Caller) throws(Problem) {
        guard let known = projects[project]?.stages else { throw .noProject(project) }
        guard known[stage] == nil else { return }
        throw .noStage(stage, of: project, field: field, among: known.keys.sorted(), for: caller)
    }
}

extension Service {
    /// The problem. Where there is not what a path names, and its project is like another's name, it is the project that
    /// there is not: whoever asks for something in it has written that wrongly.
    func pointed(_ problem: Problem, _ request: Request, _ caller: Caller) -> Problem {
        let (project, snapshot) = (request.pathParameter("project"), decisions.mirror.value)
        guard problem.code.status == 404, !project.isEmpty, snapshot.projects[project] == nil,
            knowsDecisions(at: .now()), let meant = snapshot.nearestProject(to: project, for: caller)
        else { return problem }
        return .noProject(project, meant: meant)
    }
}
