import Promotions
import Time

extension Value {
    private static let gateKinds = ["market", "window", "approval", "soak", "verification"]

    /// The gates of a Stage.
    func gates(_ findings: inout Findings) -> [GateRule]? {
        guard let elements = list(maximum: ManifestLimits.gates, &findings) else { return nil }
        var places: [String: Place] = [:]
        return elements.compactMap { element in
            guard let fields = Fields(element, named: ["name"] + Self.gateKinds, &findings) else { return nil }
            let named = fields.required("name", &findings)
            let name = named?.gateName(&findings)
            if let name, let place = named?.place {
                if let first = places[name] {
                    findings.refuse(place, "the gate \(quoted(name)) is already there, at \(first.text)")
                }
                places[name] = places[name] ?? place
            }
            guard let kind = Self.gateKind(fields, &findings), let name else { return nil }
            return GateRule(name: name, kind: kind)
        }
    }

    private func gateName(_ findings: inout Findings) -> String? {
        guard let name = label(&findings) else { return nil }
        guard !GateRule.reservedNames.contains(name) else {
            findings.refuse(
                place, "\(quoted(name)) is the name of a gate that every Stage has", hint: "choose another name")
            return nil
        }
        return name
    }

    private static func gateKind(_ fields: Fields, _ findings: inout Findings) -> GateRule.Kind? {
        let written = fields.written(among: gateKinds)
        guard let kind = written.first else {
            // A misspelt one has been told as such.
            guard !fields.hasUnknown else { return nil }
            findings.refuse(
                fields.place, "the gate looks at nothing", hint: "add one of \(gateKinds.joined(separator: ", "))")
            return nil
        }
        for another in written.dropFirst() {
            findings.refuse(
                another.place, "the gate looks at '\(kind.name)' already",
                hint: "write a gate of its own for '\(another.name)'")
        }
        guard let value = fields[kind.name] else { return nil }
        switch kind.name {
        case "market": return value.market(&findings).map { .market($0) }
        case "window": return value.window(&findings).map { .window($0) }
        case "approval": return value.approval(&findings).map { .approval($0) }
        case "soak": return value.soak(&findings).map { .soak($0) }
        default: return value.verification(&findings).map { .verification($0) }
        }
    }

    private func approval(_ findings: inout Findings) -> ApprovalRule? {
        guard let fields = Fields(self, named: ["required", "validFor"], &findings) else { return nil }
        let validFor = fields["validFor"]?.duration(in: ManifestLimits.validity, &findings)
        let hint = "say how many persons must approve"
        guard
            let required = fields.required("required", hint: hint, &findings)?
                .integer(in: ManifestLimits.approvals, &findings)
        else { return nil }
        return ApprovalRule(required: required, validFor: validFor)
    }

    private func soak(_ findings: inout Findings) -> TimeSpan? {
        Fields(self, named: ["for"], &findings)?
            .required("for", hint: "write for example for: 24h", &findings)?
            .duration(in: ManifestLimits.validity, &findings)
    }

    private func verification(_ findings: inout Findings) -> VerificationRule? {
        guard let fields = Fields(self, named: ["suite", "maxAge", "mode", "run"], &findings) else { return nil }
        let maxAge = fields["maxAge"]?.duration(in: ManifestLimits.validity, &findings)
        let mode = fields["mode"]?.choice(VerificationRule.Mode.self, &findings)
        let run = fields["run"]?.choice(VerificationRule.Run.self, &findings)
        guard let suite = fields.required("suite", &findings)?.label(&findings) else { return nil }
        return VerificationRule(suite: suite, maxAge: maxAge, mode: mode ?? .enforcing, run: run ?? .onAsk)
    }
}
