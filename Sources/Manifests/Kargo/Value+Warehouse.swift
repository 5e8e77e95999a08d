import Promotions
import Time
import YAML

extension Value {
    private static let completeByAnnotation = "gatehouse.dev/complete-by"

    /// A Warehouse's `spec`.
    func warehouse(
        named name: String, completeBy: Warehouse.Completeness?, _ findings: inout Findings
    ) -> Warehouse? {
        let known = ["interval", "subscriptions", "freightCreationPolicy", "freightCreationCriteria", "shard"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        let interval = fields["interval"]?.kargoDuration(in: .seconds(1) ... .hours(168), &findings)
        let policy = fields["freightCreationPolicy"]?.choice(CreationPolicy.self, &findings) ?? .automatic
        if let criteria = fields["freightCreationCriteria"], criteria.saysSomething {
            findings.cannot(
                criteria.place, "evaluates no freightCreationCriteria",
                hint: "the annotation \(Self.completeByAnnotation) asks for images of one tag or revision")
        }
        let hint = "name an image, a git repository or a chart"
        guard let list = fields.required("subscriptions", hint: hint, &findings),
            let elements = list.list(maximum: ManifestLimits.subscriptions, &findings)
        else { return nil }
        let subscriptions = elements.compactMap { $0.subscription(&findings) }
        return Warehouse(
            name: name, interval: interval ?? .minutes(5), isAutomatic: policy == .automatic,
            subscriptions: subscriptions, completeBy: completeBy)
    }

    /// What annotations of a Warehouse ask for.
    func completeness(_ findings: inout Findings) -> Warehouse.Completeness? {
        guard let members else {
            findings.refuse(place, "must be a mapping, not \(noun)")
            return nil
        }
        var found: Warehouse.Completeness?
        for (name, key, value) in members where name.hasPrefix("gatehouse.dev/") {
            if name == Self.completeByAnnotation {
                found = value.choice(Warehouse.Completeness.self, &findings)
            } else {
                findings.refuse(
                    key, "there is no annotation \(quoted(name)) of a Warehouse",
                    hint: suggestion(for: name, among: [Self.completeByAnnotation]))
            }
        }
        return found
    }

    private func subscription(_ findings: inout Findings) -> Subscription? {
        let kinds = ["image", "git", "chart"]
        guard let members else {
            findings.refuse(place, "must be a mapping, not \(noun)", hint: "it has image, git or chart")
            return nil
        }
        // Kargo has others as plugins, so that any name may be the kind.
        let written = members.filter { $0.name != "name" && $0.value.scalar != .null }
        guard let kind = written.first else {
            findings.refuse(place, "looks for nothing", hint: "add one of \(kinds.joined(separator: ", "))")
            return nil
        }
        for another in written.dropFirst() {
            findings.refuse(
                another.key, "this subscription looks for \(quoted(kind.name)) already",
                hint: "write another element for \(quoted(another.name))")
        }
        let name = self["name"].flatMap { $0.scalar == .null ? nil : $0.optionalText(&findings) }
        let source: Subscription.Source?
        switch kind.name {
        case "image": source = kind.value.imageSubscription(&findings).map { .image($0) }
        case "git": source = kind.value.gitSubscription(&findings).map { .git($0) }
        case "chart": source = kind.value.chartSubscription(&findings).map { .chart($0) }
        default:
            findings.cannot(
                kind.key, "looks for no \(quoted(kind.name))", hint: suggestion(for: kind.name, among: kinds))
            source = nil
        }
        return source.map { source in
            findings.check(source: source, at: kind.value["repoURL"]?.place ?? kind.key)
            return Subscription(name: name, source)
        }
    }
}

/// Who makes Freight of what is found.
private enum CreationPolicy: String, CaseIterable {
    case automatic = "Automatic"
    case manual = "Manual"
}
