public import JSON
import Promotions
import Time

extension ManifestSet {
    /// The policies with every default written out, in one order: what is kept as a revision, and hashed.
    ///
    /// Durations are whole seconds, as manifests have them.
    public var canonicalJSON: JSONValue {
        .object([
            ("project", .string(project)),
            ("projectPolicy", projectPolicy.canonicalJSON),
            ("stages", .object(stagePolicies.map { .init($0.stage, $0.canonicalJSON) })),
            ("kargo", canonicalKargo),
        ])
    }
}

extension ProjectPolicy {
    var canonicalJSON: JSONValue {
        .object([
            .init("orchestrator", .string(orchestrator.rawValue)),
            .init("changeApprovals", .integer(Int64(changeApprovals))),
        ])
    }
}

extension StagePolicy {
    /// The policy as a manifest's `spec` has it.
    var canonicalJSON: JSONValue {
        .object(
            [
                ("gates", .array(gates.map(\.canonicalJSON))),
                ("enforcement", .string(enforcement.rawValue)),
                ("breakGlass", breakGlass?.canonicalJSON),
                ("rollback", rollbackGates.map { .object([("gates", .names($0))]) }),
                ("queue", .string(queue.rawValue)),
                ("maxWait", .string(maxWait.text)),
                ("deploy", deploy?.canonicalJSON),
                ("verify", .array(verify.map(\.canonicalJSON))),
                ("skippable", .bool(isSkippable)),
            ])
    }
}

extension StagePolicy.BreakGlass {
    var canonicalJSON: JSONValue {
        .object([
            ("bypasses", .names(bypasses)),
            ("maxValidFor", .string(maxValidFor.text)),
            ("approvals", .integer(Int64(approvals))),
            ("reviewWithin", .string(reviewWithin.text)),
        ])
    }
}

extension StagePolicy.Deploy {
    var canonicalJSON: JSONValue {
        let argocd = JSONValue.object([
            ("application", .string(application)),
            ("helmParameter", helmParameter.map { .string($0) }),
            ("timeout", .string(timeout.text)),
            ("overrun", .string(overrun.rawValue)),
        ])
        return .object([("argocd", argocd)])
    }
}

extension StagePolicy.Check {
    var canonicalJSON: JSONValue {
        .object([
            ("suite", .string(suite)), ("mode", .string(mode.rawValue)), ("timeout", .string(timeout.text)),
        ])
    }
}

extension JSONValue {
    /// An object of the members that there are.
    static func object(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// An array of texts.
    static func names(_ names: [String]) -> JSONValue {
        .array(names.map { .string($0) })
    }
}
