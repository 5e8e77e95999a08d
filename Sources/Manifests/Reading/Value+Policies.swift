import Promotions
import Time

extension Value {
    /// A project's policy.
    func projectPolicy(of project: String, _ findings: inout Findings) -> ProjectPolicy? {
        guard let fields = Fields(self, named: ["orchestrator", "changeApprovals"], &findings) else { return nil }
        let approvals = fields["changeApprovals"]?.integer(in: ManifestLimits.otherApprovals, &findings)
        let hint = "write gatehouse, or kargo where Kargo moves releases on"
        guard
            let orchestrator = fields.required("orchestrator", hint: hint, &findings)?
                .choice(Orchestrator.self, &findings)
        else { return nil }
        return ProjectPolicy(project: project, orchestrator: orchestrator, changeApprovals: approvals ?? 0)
    }

    /// A Stage's policy.
    func stagePolicy(of stage: String, _ findings: inout Findings) -> StagePolicy? {
        let known = [
            "gates", "enforcement", "breakGlass", "rollback", "queue", "maxWait", "deploy", "verify", "skippable",
        ]
        guard let fields = Fields(self, named: known, &findings) else { return nil }
        let written = fields.required("gates", hint: "an open Stage is written gates: []", &findings)
        let gates = written?.gates(&findings)
        let names = written?.elements?.compactMap { $0["name"]?.written }
        return StagePolicy(
            stage: stage, gates: gates ?? [],
            enforcement: fields["enforcement"]?.choice(StagePolicy.Enforcement.self, &findings) ?? .enforce,
            breakGlass: fields["breakGlass"]?.breakGlass(of: names, &findings),
            rollbackGates: fields["rollback"]?.rollback(of: names, &findings),
            queue: fields["queue"]?.choice(StagePolicy.Queue.self, &findings) ?? .newestWins,
            maxWait: fields["maxWait"]?.duration(in: ManifestLimits.validity, &findings) ?? .hours(24),
            deploy: fields["deploy"]?.deploy(&findings),
            verify: fields["verify"]?.checks(&findings) ?? [],
            isSkippable: fields["skippable"]?.truth(&findings) ?? true)
    }

    private func breakGlass(of gates: [String]?, _ findings: inout Findings) -> StagePolicy.BreakGlass? {
        let known = ["bypasses", "maxValidFor", "approvals", "reviewWithin"]
        guard let fields = Fields(self, named: known, &findings) else { return nil }
        let validFor = fields["maxValidFor"]?.duration(in: ManifestLimits.work, &findings)
        let approvals = fields["approvals"]?.integer(in: ManifestLimits.otherApprovals, &findings)
        let review = fields["reviewWithin"]?.duration(in: ManifestLimits.review, &findings)
        let hint = "name the gates that can be passed"
        guard let list = fields.required("bypasses", hint: hint, &findings) else { return nil }
        let bypasses = list.gateNames(
            of: gates, and: ["freeze", "availability"], never: ["stage", "freight"], &findings)
        guard let bypasses else { return nil }
        if list.elements?.isEmpty == true {
            findings.refuse(list.place, "names nothing that can be passed", hint: "leave out breakGlass")
        }
        return StagePolicy.BreakGlass(
            bypasses: bypasses, maxValidFor: validFor ?? .hours(1), approvals: approvals ?? 1,
            reviewWithin: review ?? .days(3))
    }

    private func rollback(of gates: [String]?, _ findings: inout Findings) -> [String]? {
        Fields(self, named: ["gates"], &findings)?
            .required("gates", hint: "name the gates that a rollback must pass", &findings)?
            .gateNames(of: gates, &findings)
    }

    /// A list of names of the Stage's gates, each once; where the gates themselves cannot be read any name will do.
    private func gateNames(
        of gates: [String]?, and others: [String] = [], never: [String] = [], _ findings: inout Findings
    ) -> [String]? {
        var names: [String] = []
        for element in list(maximum: ManifestLimits.gates + others.count, &findings) ?? [] {
            guard let name = element.label(&findings) else { continue }
            if never.contains(name) {
                findings.refuse(element.place, "\(quoted(name)) can never be passed")
            } else if let gates, !(gates + others).contains(name) {
                findings.refuse(
                    element.place, "\(quoted(name)) is no gate of this Stage",
                    hint: suggestion(for: name, among: Array((gates.prefix(ManifestLimits.gates) + others).prefix(12))))
            } else if names.contains(name) {
                findings.refuse(element.place, "\(quoted(name)) is named twice")
            } else {
                names.append(name)
            }
        }
        return elements == nil ? nil : names
    }

    private func deploy(_ findings: inout Findings) -> StagePolicy.Deploy? {
        let known = ["application", "helmParameter", "timeout", "overrun"]
        guard let outer = Fields(self, named: ["argocd"], &findings),
            let argocd = outer.required("argocd", &findings),
            let fields = Fields(argocd, named: known, &findings)
        else { return nil }
        let parameter = fields["helmParameter"]?.text(&findings)
        let timeout = fields["timeout"]?.duration(in: ManifestLimits.work, &findings)
        let overrun = fields["overrun"]?.choice(StagePolicy.Deploy.Overrun.self, &findings)
        guard let application = fields.required("application", &findings)?.text(&findings) else { return nil }
        return StagePolicy.Deploy(
            application: application, helmParameter: parameter, timeout: timeout ?? .minutes(10),
            overrun: overrun ?? .finish)
    }

    private func checks(_ findings: inout Findings) -> [StagePolicy.Check] {
        var checks: [StagePolicy.Check] = []
        for element in list(maximum: ManifestLimits.suites, &findings) ?? [] {
            guard let fields = Fields(element, named: ["suite", "mode", "timeout"], &findings) else { continue }
            let mode = fields["mode"]?.choice(VerificationRule.Mode.self, &findings)
            let timeout = fields["timeout"]?.duration(in: ManifestLimits.work, &findings)
            guard let named = fields.required("suite", &findings), let suite = named.label(&findings) else { continue }
            if checks.contains(where: { $0.suite == suite }) {
                findings.refuse(named.place, "the suite \(quoted(suite)) is run already")
            }
            checks.append(StagePolicy.Check(suite: suite, mode: mode ?? .enforcing, timeout: timeout ?? .minutes(10)))
        }
        return checks
    }
}
