import HTTPServer
import Identity
import Time

extension Request {
    /// The project and Stage of the path, which the caller's token must reach.
    func stage(for caller: Caller) throws(Problem) -> (project: String, stage: String) {
        let (project, stage) = (pathParameter("project"), pathParameter("stage"))
        try check(caller, reaches: stage, of: project)
        return (project, stage)
    }

    /// Refuses a caller whose token does not reach a Stage.
    func check(_ caller: Caller, reaches stage: String, of project: String) throws(Problem) {
        guard caller.grant.reaches(project: project, stage: stage) else {
            throw Problem(.outOfReach, "the token '\(caller.token.name)' does not reach '\(stage)' of '\(project)'")
        }
    }

    /// The project of the path, which the caller's token must reach.
    func project(for caller: Caller) throws(Problem) -> String {
        let project = pathParameter("project")
        guard caller.grant.projects?.contains(project) ?? true else {
            throw Problem(.outOfReach, "the token '\(caller.token.name)' does not reach '\(project)'")
        }
        return project
    }

    /// The Stage that a list is asked for, which the caller's token must reach.
    func queryStage(of project: String, for caller: Caller) throws(Problem) -> String? {
        guard let stage = try queryValue("stage") else { return nil }
        try check(caller, reaches: stage, of: project)
        return stage
    }

    /// A parameter that is `true` or `false`; false if absent.
    func queryFlag(_ name: String) throws(Problem) -> Bool {
        switch try queryValue(name) {
        case nil, "false": return false
        case "true": return true
        default: throw Problem(.badField, "'\(name)' is true or false", field: name)
        }
    }

    /// A parameter that is a duration.
    func querySpan(_ name: String) throws(Problem) -> TimeSpan? {
        guard let text = try queryValue(name) else { return nil }
        do throws(TimeSpan.ParseError) {
            return try TimeSpan(parsing: text)
        } catch {
            throw Problem(.badField, error.description, field: name)
        }
    }
}
