import ICU
import Promotions

/// Whether Freight is promoted into Stages without anybody asking.
struct PromotionPolicy {
    let selector: StageSelector
    let place: Place
    let isEnabled: Bool
}

extension Value {
    /// A ProjectConfig's promotion policies, of which the first that fits a Stage holds.
    func promotionPolicies(_ findings: inout Findings) -> [PromotionPolicy] {
        let known = ["promotionPolicies", "promotionWindows", "webhookReceivers", "stageLinks", "freightLinks"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return [] }
        if let windows = fields["promotionWindows"], windows.saysSomething {
            findings.warn(
                windows.place, "Kargo itself ignores promotionWindows, and so does Gatehouse",
                hint: "write a gate with a window in a StagePolicy")
        }
        if let receivers = fields["webhookReceivers"], receivers.saysSomething, findings.orchestrator == .gatehouse {
            findings.warn(receivers.place, "these are addresses of Kargo's: Gatehouse does not listen there")
        }
        let list = fields["promotionPolicies"]?.list(maximum: ManifestLimits.promotionPolicies, &findings) ?? []
        return list.compactMap { $0.promotionPolicy(&findings) }
    }

    private func promotionPolicy(_ findings: inout Findings) -> PromotionPolicy? {
        let known = ["stage", "stageSelector", "autoPromotionEnabled", "autoRollback"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        let isEnabled = fields["autoPromotionEnabled"]?.truth(&findings) ?? false
        if let rollback = fields["autoRollback"], rollback.saysSomething {
            findings.warn(rollback.place, "only Kargo's Enterprise edition rolls back by itself: it is ignored")
        }
        let selector: StageSelector?
        switch (fields["stage"], fields["stageSelector"]) {
        case (let stage?, nil): selector = stage.label(&findings).map { .exact($0) }
        case (nil, let written?): selector = written.stageSelector(&findings)
        case (_, let written?):
            findings.refuse(
                written.place, "Kargo refuses a policy with both stage and stageSelector",
                hint: "remove stage, the older of the two")
            return nil
        case (nil, nil):
            findings.refuse(place, "the policy speaks of no Stage", hint: "write stageSelector: {name: …}")
            return nil
        }
        let named = fields["stage"]?.place ?? fields["stageSelector"]?["name"]?.place ?? place
        return selector.map { PromotionPolicy(selector: $0, place: named, isEnabled: isEnabled) }
    }

    private func stageSelector(_ findings: inout Findings) -> StageSelector? {
        let known = ["name", "matchLabels", "matchExpressions"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        for name in known.dropFirst() {
            guard let value = fields[name], value.saysSomething else { continue }
            // The first policy that fits holds: one that is left out would hand its Stages on to another.
            findings.refuse(
                value.place, "Gatehouse does not choose Stages by \(name)", hint: "choose them by name, glob: or regex:"
            )
            return nil
        }
        guard let named = fields.required("name", hint: "write the Stage's name", &findings),
            let text = named.text(&findings)
        else { return nil }
        if text.hasPrefix("glob:") {
            if let glob = Glob(String(text.dropFirst("glob:".count))) { return .glob(glob) }
            findings.refuse(named.place, "\(quoted(text)) cannot be read: a bracket is not closed")
            return nil
        }
        if text.hasPrefix("regex:") {
            do throws(ICUError) {
                return .regex(try RegularExpression(String(text.dropFirst("regex:".count))))
            } catch {
                findings.refuse(named.place, error.description)
                return nil
            }
        }
        return named.label(&findings).map { .exact($0) }
    }
}
