public import Time

/// A project's Stages, and who disabled which: all that availability rests on but the Freight.
public struct StageLine: Sendable {
    /// The Stages, by name.
    public let stages: [String: Stage]
    /// Somebody's word that a Stage takes nothing in, by Stage.
    public let disablings: [String: Disabling]
    /// The Stages that Freight cannot skip, whoever disables them.
    public let unskippable: Set<String>

    /// The Stages of a project. Of two with one name the first counts.
    public init(stages: [Stage], disablings: [String: Disabling] = [:], unskippable: Set<String> = []) {
        self.stages = Dictionary(stages.map { ($0.name, $0) }) { first, _ in first }
        self.disablings = disablings
        self.unskippable = unskippable
    }

    /// Whether Freight goes past a Stage at an instant: it is disabled and may be skipped.
    public func isSkipped(_ stage: String, at instant: Instant) -> Bool {
        !unskippable.contains(stage) && disablings[stage]?.isActive(at: instant) ?? false
    }

    /// What a Freight is to a Stage at an instant, by what is known of it in each Stage.
    ///
    /// It is available if the Stage takes it straight from its Warehouse, or if enough of the nearest enabled Stages before
    /// have verified it, and kept it as long as is asked. A Stage that is skipped stands in the lists that name it for its
    /// own list, under its own strategy; the longest soak time on the way is asked. That it takes Freight straight from a
    /// Warehouse itself does not count: docs/decisions/0013 says why.
    public func availability(
        of stays: [String: Stay], from warehouse: String, in stage: String, at instant: Instant
    ) -> AvailabilityAnswer {
        guard let request = stages[stage]?.request(for: warehouse) else {
            return AvailabilityAnswer(availability: .noUpstream)
        }
        var walk = AvailabilityWalk(line: self, stays: stays, warehouse: warehouse, instant: instant)
        let reach = walk.reach(of: request, in: stage)
        if request.isDirect { return AvailabilityAnswer(availability: .direct, verifiedSince: reach?.verifiedSince) }
        guard !walk.isCircular else { return AvailabilityAnswer(availability: .unknown, skipped: walk.skipped) }
        return AvailabilityAnswer(
            availability: reach?.availability ?? .noUpstream, skipped: walk.skipped,
            verifiedSince: reach?.verifiedSince)
    }

    /// The Stages that may wait for what becomes of a Warehouse's Freight in a Stage: those that name it, and those that name
    /// one behind it that Freight goes past, however many of these lie between.
    public func behind(_ stage: String, of warehouse: String, at instant: Instant) -> [String] {
        var found: Set<String> = []
        var next = [stage]
        while let name = next.popLast() {
            for other in stages.values where !found.contains(other.name) {
                guard other.request(for: warehouse)?.upstream.contains(name) == true else { continue }
                found.insert(other.name)
                if isSkipped(other.name, at: instant) { next.append(other.name) }
            }
        }
        return found.sorted()
    }

    /// The Stages on whose word a Stage takes a Warehouse's Freight: those that it names, and in the place of those that
    /// Freight goes past those that these name.
    public func before(_ stage: String, of warehouse: String, at instant: Instant) -> [String] {
        var found: Set<String> = []
        var next = [stage]
        var seen: Set<String> = [stage]
        while let name = next.popLast() {
            for other in stages[name]?.request(for: warehouse)?.upstream ?? [] where seen.insert(other).inserted {
                if isSkipped(other, at: instant) { next.append(other) } else { found.insert(other) }
            }
        }
        return found.sorted()
    }

    /// The one Stage whose Freight a Stage follows; nothing if there are several, or none, after those that are skipped.
    public func followed(by stage: String, of warehouse: String, at instant: Instant) -> String? {
        var seen: Set<String> = []
        var next = stage
        while seen.insert(next).inserted, let request = stages[next]?.request(for: warehouse) {
            guard request.upstream.count == 1, let only = request.upstream.first else { return nil }
            guard isSkipped(only, at: instant) else { return only }
            next = only
        }
        return nil
    }
}

/// Whether a Freight can enter a Stage, and what that rests on.
public struct AvailabilityAnswer: Hashable, Sendable {
    /// Whether it has passed the Stages before.
    public let availability: FreightFacts.Availability
    /// The disabled Stages in whose place others were asked, in the order in which they were met.
    public let skipped: [String]
    /// Since when enough Stages before have verified it, however long it stayed in them; what soak gates count from.
    public let verifiedSince: Instant?

    /// Whether a Freight can enter a Stage.
    public init(availability: FreightFacts.Availability, skipped: [String] = [], verifiedSince: Instant? = nil) {
        self.availability = availability
        self.skipped = skipped
        self.verifiedSince = verifiedSince
    }
}
