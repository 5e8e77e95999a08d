import Time

/// Ranges of time on layers that lie over one another: at each instant the topmost layer shows.
struct Layers {
    private struct Edge {
        let at: Int64
        let layer: Int
        let step: Int
    }

    private var edges: [Edge] = []
    private let count: Int

    /// No range yet, on that many layers; the layer with the highest number lies on top.
    init(count: Int) {
        self.count = count
    }

    /// Puts a range on a layer; an empty one is none.
    mutating func add(_ range: Range<Instant>, to layer: Int) {
        guard !range.isEmpty else { return }
        edges.append(Edge(at: range.lowerBound.microseconds, layer: layer, step: 1))
        edges.append(Edge(at: range.upperBound.microseconds, layer: layer, step: -1))
    }

    /// What shows from each instant on at which a range begins or ends; before the first of them, nothing.
    func tops() -> [(at: Instant, layer: Int?)] {
        var depths = [Int](repeating: 0, count: count)
        var tops: [(at: Instant, layer: Int?)] = []
        tops.reserveCapacity(edges.count)
        let sorted = edges.sorted { $0.at < $1.at }
        for (index, edge) in sorted.enumerated() {
            depths[edge.layer] += edge.step
            guard index + 1 == sorted.count || sorted[index + 1].at > edge.at else { continue }
            tops.append((Instant(microseconds: edge.at), depths.lastIndex { $0 > 0 }))
        }
        return tops
    }
}
