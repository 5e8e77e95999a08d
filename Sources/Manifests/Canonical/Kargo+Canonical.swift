import JSON
import Promotions

extension ManifestSet {
    /// What is kept of Kargo's manifests, in their own words; nothing where there are none.
    var canonicalKargo: JSONValue? {
        guard !warehouses.isEmpty || !stages.isEmpty else { return nil }
        return .object([
            .init("warehouses", .object(warehouses.map { .init($0.name, $0.canonicalJSON) })),
            .init("stages", .object(stages.map { .init($0.name, $0.canonicalJSON) })),
        ])
    }
}

extension Warehouse {
    var canonicalJSON: JSONValue {
        let spec = JSONValue.object([
            .init("interval", .string(interval.kargoText)),
            .init("freightCreationPolicy", .string(creationPolicy)),
            .init("subscriptions", .array(subscriptions.map(\.canonicalJSON))),
        ])
        return .object([("spec", spec), ("completeBy", completeBy.map { .string($0.rawValue) })])
    }

    var creationPolicy: String { isAutomatic ? "Automatic" : "Manual" }
}

extension Subscription {
    var canonicalJSON: JSONValue {
        .object([("name", name.map { .string($0) }), (kind, source.canonicalJSON)])
    }

    /// The field that a manifest writes it in.
    var kind: String {
        switch source {
        case .image: "image"
        case .git: "git"
        case .chart: "chart"
        }
    }
}

extension Subscription.Source {
    var canonicalJSON: JSONValue {
        switch self {
        case .image(let image):
            .object([
                ("repoURL", .string(image.repository)),
                ("imageSelectionStrategy", .string(image.strategy.rawValue)),
                ("constraint", image.constraint.map { .string($0) }),
                ("strictSemvers", .bool(image.hasStrictVersions)),
                ("allowTagsRegexes", .names(image.tags.allow)),
                ("ignoreTagsRegexes", .names(image.tags.ignore)),
                ("platform", image.platform.map { .string($0) }),
                ("discoveryLimit", .integer(Int64(image.discoveryLimit))),
            ])
        case .git(let git):
            .object([
                ("repoURL", .string(git.repository)),
                ("commitSelectionStrategy", .string(git.strategy.rawValue)),
                ("branch", git.branch.map { .string($0) }),
                ("semverConstraint", git.constraint.map { .string($0) }),
                ("strictSemvers", .bool(git.hasStrictVersions)),
                ("allowTagsRegexes", .names(git.tags.allow)),
                ("ignoreTagsRegexes", .names(git.tags.ignore)),
            ])
        case .chart(let chart):
            .object([
                ("repoURL", .string(chart.repository)),
                ("semverConstraint", chart.constraint.map { .string($0) }),
                ("discoveryLimit", .integer(Int64(chart.discoveryLimit))),
            ])
        }
    }
}

extension Stage {
    var canonicalJSON: JSONValue {
        .object([
            .init("spec", .object([.init("requestedFreight", .array(requests.map(\.canonicalJSON)))])),
            .init("autoPromotion", .bool(isAutoPromoted)),
        ])
    }
}

extension FreightRequest {
    var canonicalJSON: JSONValue {
        let origin = JSONValue.object([.init("kind", .string("Warehouse")), .init("name", .string(warehouse))])
        let options = JSONValue.object([.init("selectionPolicy", .string(selection.rawValue))])
        let sources = JSONValue.object([
            ("direct", .bool(isDirect)), ("stages", .names(upstream)),
            ("requiredSoakTime", soak.map { .string($0.kargoText) }),
            ("availabilityStrategy", .string(strategy.rawValue)), ("autoPromotionOptions", options),
        ])
        return .object([.init("origin", origin), .init("sources", sources)])
    }
}
