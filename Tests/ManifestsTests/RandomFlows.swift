import Manifests
import Promotions
import SeededTesting
import Time

/// Warehouses and Stages of all kinds, as manifests could have them.
struct RandomFlows {
    var generator: Seeded

    /// A set of them, of which each Stage takes Freight only from those before it.
    mutating func set() -> ManifestSet {
        let warehouses = ["market", "reports", "risk"].prefix(number(1...3)).map { warehouse($0) }
        var stages: [Stage] = []
        for name in ["alpha", "beta", "paper", "live"].prefix(number(0...4)) {
            stages.append(stage(name, of: warehouses.map(\.name), after: stages.map(\.name)))
        }
        return ManifestSet(
            projectPolicy: ProjectPolicy(project: "shop", orchestrator: .gatehouse),
            stagePolicies: stages.map { StagePolicy(stage: $0.name, gates: []) }, warehouses: warehouses, stages: stages
        )
    }

    private mutating func warehouse(_ name: String) -> Warehouse {
        Warehouse(
            name: name, interval: .seconds(Int64(number(1...600_000))), isAutomatic: flip(),
            subscriptions: (0..<number(1...4)).map { subscription($0) },
            completeBy: flip() ? word(Warehouse.Completeness.self) : nil)
    }

    private mutating func subscription(_ index: Int) -> Subscription {
        Subscription(name: flip() ? "part \(index)" : nil, source(index))
    }

    private mutating func source(_ index: Int) -> Subscription.Source {
        switch number(0...2) {
        case 0:
            let strategy = word(ImageSubscription.Strategy.self)
            let constraint = strategy == .digest ? "latest" : strategy == .semVer && flip() ? "^1.2 || >3" : nil
            return .image(
                ImageSubscription(
                    repository: "ghcr.io/acme/part-\(index)", strategy: strategy, constraint: constraint,
                    hasStrictVersions: flip(), tags: filter(), platform: flip() ? "linux/arm64" : nil,
                    discoveryLimit: number(1...100)))
        case 1:
            let strategy = word(GitSubscription.Strategy.self)
            return .git(
                GitSubscription(
                    repository: "https://h/\(index)", strategy: strategy,
                    branch: strategy == .newestFromBranch && flip() ? "main" : nil,
                    constraint: strategy == .semVer && flip() ? "1.x" : nil, hasStrictVersions: flip(), tags: filter()))
        default:
            return .chart(
                ChartSubscription(
                    repository: "oci://h/\(index)", constraint: flip() ? "*" : nil, discoveryLimit: number(1...100)))
        }
    }

    private mutating func filter() -> TagFilter {
        TagFilter(allow: flip() ? ["^v", #"\.1"é"#] : [], ignore: flip() ? ["-rc"] : [])
    }

    private mutating func stage(_ name: String, of warehouses: [String], after stages: [String]) -> Stage {
        let requests = warehouses.prefix(number(1...warehouses.count)).map { warehouse in
            let upstream = Array(stages.shuffled(using: &generator).prefix(number(0...stages.count)))
            let isDirect = upstream.isEmpty || flip()
            return FreightRequest(
                warehouse: warehouse, isDirect: isDirect, upstream: upstream,
                soak: flip() ? .seconds(Int64(number(0...10_000_000))) : nil,
                strategy: word(FreightRequest.Strategy.self),
                selection: !isDirect && upstream.count == 1 ? word(FreightRequest.Selection.self) : .newest)
        }
        return Stage(name: name, requests: requests, isAutoPromoted: flip())
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func flip() -> Bool { Bool.random(using: &generator) }
    private mutating func word<Word: CaseIterable>(_ type: Word.Type) -> Word {
        let words = Array(type.allCases)
        return words[number(0...words.count - 1)]
    }
}
