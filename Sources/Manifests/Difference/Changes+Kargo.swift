import JSON
import Promotions
import Time

extension Changes {
    /// Compares Warehouses; without one its Freight comes no more.
    mutating func compare(_ old: Warehouse?, _ new: Warehouse?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, new == nil ? .tightens : .loosens)
            return
        }
        compare(path + ".interval", old.interval, new.interval, longer: .neither)
        compare(
            path + ".freightCreationPolicy", .string(old.creationPolicy), .string(new.creationPolicy),
            new.isAutomatic ? .loosens : .tightens)
        // Other conditions on what belongs together cannot be compared.
        compare(
            path + ".completeBy", old.completeBy.map { .string($0.rawValue) },
            new.completeBy.map { .string($0.rawValue) }, old.completeBy == nil ? .tightens : .loosens)
        compare(old.subscriptions, new.subscriptions, at: path + ".subscriptions")
    }

    /// Compares Stages; without one nothing gets in.
    mutating func compare(_ old: Stage?, _ new: Stage?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, new == nil ? .tightens : .loosens)
            return
        }
        let inner = path + ".requestedFreight"
        for request in old.requests {
            compare(request, new.request(for: request.warehouse), at: inner + "." + request.warehouse)
        }
        for request in new.requests where old.request(for: request.warehouse) == nil {
            compare(nil, request, at: inner + "." + request.warehouse)
        }
        compareOrder(inner, old.requests.map(\.warehouse), new.requests.map(\.warehouse))
        compare(
            path + ".autoPromotion", .bool(old.isAutoPromoted), .bool(new.isAutoPromoted),
            new.isAutoPromoted ? .loosens : .tightens)
    }

    private mutating func compare(_ old: FreightRequest?, _ new: FreightRequest?, at path: String) {
        guard let old, let new else {
            compare(path, old?.canonicalJSON, new?.canonicalJSON, new == nil ? .tightens : .loosens)
            return
        }
        compare(path + ".direct", .bool(old.isDirect), .bool(new.isDirect), new.isDirect ? .loosens : .tightens)
        compareUpstream(old, new, at: path + ".stages")
        let none = TimeSpan.seconds(0)
        compare(
            path + ".requiredSoakTime", old.soak.map { .string($0.kargoText) }, new.soak.map { .string($0.kargoText) },
            .ofMore(old.soak ?? none, new.soak ?? none, is: .tightens))
        compare(
            path + ".availabilityStrategy", .string(old.strategy.rawValue), .string(new.strategy.rawValue),
            new.strategy == .oneOf ? .loosens : .tightens)
        // Another Freight is promoted by itself.
        compare(path + ".selectionPolicy", .string(old.selection.rawValue), .string(new.selection.rawValue), .loosens)
    }

    /// One of more Stages is easier to have than one of few, and all of more is harder than all of few.
    private mutating func compareUpstream(_ old: FreightRequest, _ new: FreightRequest, at path: String) {
        let (before, after) = (Set(old.upstream), Set(new.upstream))
        let isLess = new.strategy == .oneOf ? after.isSubset(of: before) : after.isSuperset(of: before)
        let effect: ManifestDiff.Effect =
            if before == after { .neither } else { isLess && old.strategy == new.strategy ? .tightens : .loosens }
        compare(path, .names(old.upstream), .names(new.upstream), effect)
    }

    /// Compares what a Warehouse looks for, each by its name or repository: what is left out no longer holds Freight up,
    /// and what else is found cannot be compared.
    private mutating func compare(_ old: [Subscription], _ new: [Subscription], at path: String) {
        let pairs = Dictionary(old.map { ($0.identity, $0) }) { first, _ in first }
        let now = Dictionary(new.map { ($0.identity, $0) }) { first, _ in first }
        for identity in Set(pairs.keys).union(now.keys).sorted() {
            compare(
                path + "." + identity, pairs[identity]?.canonicalJSON, now[identity]?.canonicalJSON,
                effect(pairs[identity], now[identity]))
        }
        compareOrder(path, old.map(\.identity), new.map(\.identity))
        // Two of one name are told as a whole.
        if pairs.count < old.count || now.count < new.count {
            compare(path, .array(old.map(\.canonicalJSON)), .array(new.map(\.canonicalJSON)), .loosens)
        }
    }

    private func effect(_ old: Subscription?, _ new: Subscription?) -> ManifestDiff.Effect {
        guard case .image(let old)? = old?.source, case .image(let new)? = new?.source else { return .loosens }
        return old.with(limit: new.discoveryLimit) == new ? .neither : .loosens
    }
}

extension Subscription {
    /// What it is called in a difference.
    fileprivate var identity: String {
        if let name { return name }
        switch source {
        case .image(let image): return image.repository
        case .git(let git): return git.repository
        case .chart(let chart): return chart.repository
        }
    }
}

extension ImageSubscription {
    fileprivate func with(limit: Int) -> ImageSubscription {
        ImageSubscription(
            repository: repository, strategy: strategy, constraint: constraint,
            hasStrictVersions: hasStrictVersions, tags: tags, platform: platform, discoveryLimit: limit)
    }
}
