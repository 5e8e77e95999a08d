import Promotions
import Time

extension Value {
    /// A Stage's `spec`.
    func stage(named name: String, at place: Place, _ findings: inout Findings) -> WrittenStage? {
        let known = ["requestedFreight", "promotionTemplate", "verification", "vars", "shard", "targets"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        let steps = fields["promotionTemplate"]?.promotionSteps(&findings)
        if let verification = fields["verification"], verification.saysSomething, findings.orchestrator == .gatehouse {
            findings.warn(
                verification.place, "Gatehouse runs no AnalysisTemplate",
                hint: "verify in the StagePolicy says what is run after a deployment")
        }
        if let targets = fields["targets"], targets.saysSomething {
            findings.cannot(targets.place, "knows no targets", hint: "write a Stage for each")
        }
        let hint = "say of which Warehouse the Stage takes Freight"
        guard let list = fields.required("requestedFreight", hint: hint, &findings),
            let elements = list.list(maximum: ManifestLimits.requests, &findings)
        else { return nil }
        if elements.isEmpty { findings.refuse(list.place, "the Stage takes no Freight", hint: hint) }
        var requests: [WrittenStage.Request] = []
        for element in elements {
            guard let request = element.freightRequest(&findings) else { continue }
            if requests.contains(where: { $0.request.warehouse == request.request.warehouse }) {
                findings.refuse(
                    request.place, "the Stage takes Freight of \(quoted(request.request.warehouse)) already",
                    hint: "name all sources in one element")
            }
            requests.append(request)
        }
        return WrittenStage(name: name, place: place, requests: requests, steps: steps)
    }

    private func freightRequest(_ findings: inout Findings) -> WrittenStage.Request? {
        guard let fields = Fields(self, named: ["origin", "sources"], others: .told, &findings) else { return nil }
        let sources = fields.required("sources", hint: "write direct: true, or stages", &findings)?.sources(&findings)
        guard let origin = fields.required("origin", hint: "it has kind: Warehouse and a name", &findings),
            let named = Fields(origin, named: ["kind", "name"], others: .told, &findings),
            named.required("kind", hint: "write kind: Warehouse", &findings)?.choice(Origin.self, &findings) != nil,
            let warehouse = named.required("name", &findings), let name = warehouse.label(&findings), let sources
        else { return nil }
        let request = FreightRequest(
            warehouse: name, isDirect: sources.isDirect, upstream: sources.stages.map(\.name), soak: sources.soak,
            strategy: sources.strategy, selection: sources.selection)
        return WrittenStage.Request(request: request, place: warehouse.place, upstream: sources.stages.map(\.place))
    }

    private struct Sources {
        var isDirect = false
        var stages: [(name: String, place: Place)] = []
        var soak: TimeSpan?
        var strategy = FreightRequest.Strategy.oneOf
        var selection = FreightRequest.Selection.newest
    }

    private func sources(_ findings: inout Findings) -> Sources? {
        let known = ["direct", "stages", "requiredSoakTime", "availabilityStrategy", "autoPromotionOptions"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        var sources = Sources()
        sources.isDirect = fields["direct"]?.truth(&findings) ?? false
        for element in fields["stages"]?.list(maximum: ManifestLimits.upstreamStages, &findings) ?? [] {
            guard let name = element.label(&findings) else { continue }
            if sources.stages.contains(where: { $0.name == name }) {
                findings.warn(element.place, "\(quoted(name)) is named twice")
            } else {
                sources.stages.append((name, element.place))
            }
        }
        sources.soak = fields["requiredSoakTime"]?.kargoDuration(in: .seconds(0) ... .days(365), &findings)
        if let soak = fields["requiredSoakTime"], sources.isDirect, !sources.stages.isEmpty || sources.soak != nil {
            findings.warn(soak.place, "Freight that comes straight from the Warehouse need not have been anywhere")
        }
        if let strategy = fields["availabilityStrategy"], strategy.saysSomething {
            sources.strategy = strategy.choice(FreightRequest.Strategy.self, &findings) ?? .oneOf
        }
        sources.selection = fields["autoPromotionOptions"]?.selection(&findings) ?? .newest
        if sources.selection == .matchUpstream, sources.isDirect || sources.stages.count != 1 {
            findings.refuse(
                fields.place(of: "autoPromotionOptions"), "MatchUpstream follows exactly one Stage",
                hint: "name one in stages, without direct")
        }
        if !sources.isDirect, fields["stages"]?.elements?.isEmpty ?? true {
            findings.refuse(place, "the Freight comes from nowhere", hint: "write direct: true, or name stages")
        }
        return sources
    }

    private func selection(_ findings: inout Findings) -> FreightRequest.Selection? {
        Fields(self, named: ["selectionPolicy"], others: .told, &findings)?["selectionPolicy"]?
            .choice(FreightRequest.Selection.self, &findings)
    }
}

/// Where Freight can come from first.
private enum Origin: String, CaseIterable {
    case warehouse = "Warehouse"
}
