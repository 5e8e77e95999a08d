import Time

/// A walk up the line from one Stage, through those that are skipped to the nearest that are not.
struct AvailabilityWalk {
    /// A skipped Stage, and how long those before it are asked to keep the Freight.
    private struct Place: Hashable {
        let stage: String
        let soak: TimeSpan
    }

    private let line: StageLine
    private let stays: [String: Stay]
    private let warehouse: String
    private let instant: Instant
    /// What was found behind skipped Stages: many ways can lead to one, and it is looked at once for each soak time.
    private var found: [Place: Reach?] = [:]
    private var path: Set<String> = []

    /// The Stages that were skipped, in the order in which they were met.
    private(set) var skipped: [String] = []
    /// Whether a Stage that is skipped comes before itself, so that nothing can be told.
    private(set) var isCircular = false

    init(line: StageLine, stays: [String: Stay], warehouse: String, instant: Instant) {
        self.line = line
        self.stays = stays
        self.warehouse = warehouse
        self.instant = instant
    }

    /// How far the Freight has come with what a Stage asks; nothing if no Stage is left that could verify it.
    mutating func reach(of request: FreightRequest, in stage: String) -> Reach? {
        path.insert(stage)
        return reach(of: request, soak: TimeSpan(microseconds: 0))
    }

    private mutating func reach(of request: FreightRequest, soak: TimeSpan) -> Reach? {
        let soak = max(soak, request.soak ?? soak)
        var members: [Reach] = []
        for name in request.upstream {
            guard line.isSkipped(name, at: instant) else {
                // A Stage that the project has not got verifies nothing, whatever is written of it.
                let stay = line.stages[name] == nil ? nil : stays[name]
                members.append(.inside(name, stay, soak: soak, at: instant))
                continue
            }
            if let reach = behind(Place(stage: name, soak: soak)) { members.append(reach) }
        }
        return .together(members, request.strategy)
    }

    private mutating func behind(_ place: Place) -> Reach? {
        if let known = found[place] { return known }
        guard path.insert(place.stage).inserted else {
            isCircular = true
            return nil
        }
        defer { path.remove(place.stage) }
        if !skipped.contains(place.stage) { skipped.append(place.stage) }
        let request = line.stages[place.stage]?.request(for: warehouse)
        let result = if let request { reach(of: request, soak: place.soak) } else { Reach?.none }
        found[place] = .some(result)
        return result
    }
}
