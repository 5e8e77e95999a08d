import Engine
import HTTPServer
import Identity
import JSON
import Promotions

/// The projects that there are, and their Stages.
enum ProjectEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        [
            endpoint("/v1/projects", of: service, list),
            endpoint("/v1/projects/{project}", of: service, show),
        ]
    }

    /// An endpoint that answers from what is in memory, once that is certain.
    private static func endpoint(
        _ path: String, of service: Service,
        _ answer: @escaping @Sendable (Request, Caller, Snapshot) throws(Problem) -> Response
    ) -> Endpoint {
        Endpoint(
            .get, path, .oneOf(.readers), of: service,
            immediate: { request, caller throws(Problem) in
                guard service.knowsDecisions(at: request.receivedAt) else { return nil }
                return try answer(request, caller, service.decisions.mirror.value)
            },
            otherwise: { request, caller in
                try await service.decisions.mirror.reload()
                return try answer(request, caller, service.decisions.mirror.value)
            })
    }

    private static func list(_ request: Request, _ caller: Caller, _ snapshot: Snapshot) throws(Problem) -> Response {
        try request.allowQuery("limit", "cursor")
        let page = try Page(request)
        let names = snapshot.projects.keys.filter { name in
            caller.grant.projects?.contains(name) ?? true && page.cursor.map { name > $0 } ?? true
        }
        let shown = names.sorted().prefix(page.limit + 1)
        return page.response("projects", Array(shown), path: request.path, cursor: \.self) { name, json in
            snapshot.projects[name]?.write(name, into: &json)
            json.member("stages", snapshot.projects[name]?.stageNames(for: caller) ?? [])
        }
    }

    private static func show(_ request: Request, _ caller: Caller, _ snapshot: Snapshot) throws(Problem) -> Response {
        try request.allowQuery()
        let name = try request.project(for: caller)
        guard let project = snapshot.projects[name] else {
            throw .noProject(name, meant: snapshot.nearestProject(to: name, for: caller))
        }
        return .json { json in
            project.write(name, into: &json)
            json.member("stages", project.stageNames(for: caller)) { stage, json in
                json.member("name", stage)
                guard let policy = project.stages[stage]?.plan?.policy else { return }
                json.member("enforcement", policy.enforcement.rawValue)
                json.member("gates", policy.gates) { gate, json in
                    json.member("name", gate.name)
                    json.member("kind", gate.kind.gateKind.rawValue)
                }
            }
        }
    }
}

extension Snapshot.Project {
    /// What holds for all of it.
    fileprivate func write(_ name: String, into json: inout JSONWriter) {
        json.member("name", name)
        json.member("revision", revision)
        json.member("orchestrator", policy?.orchestrator.rawValue)
        json.member("changeApprovals", policy.map { Int64($0.changeApprovals) })
    }

    /// The Stages that the caller's token reaches.
    fileprivate func stageNames(for caller: Caller) -> [String] {
        stages.keys.filter { caller.grant.stages?.contains($0) ?? true }.sorted()
    }
}

extension GateRule.Kind {
    /// As decisions name it.
    fileprivate var gateKind: GateKind {
        switch self {
        case .market: .market
        case .window: .window
        case .approval: .approval
        case .soak: .soak
        case .verification: .verification
        }
    }
}
