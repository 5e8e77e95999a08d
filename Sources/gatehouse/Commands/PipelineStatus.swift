import JSON

/// A project as a server tells of it, from several answers.
struct PipelineStatus {
    /// A Stage of it.
    struct Stage {
        /// What is in it, and what wants in.
        let document: JSONValue
        /// What its policy asks.
        let policy: JSONValue?
        /// Where its Freight comes from: Stages, or the Warehouse itself.
        let sources: [String]
        /// Whether it may be entered now.
        let gate: GateAnswer

        var name: String { document["name"]?.string ?? "" }
    }

    /// The project.
    let project: JSONValue
    /// Its Stages, those that Freight enters first before those behind them.
    let stages: [Stage]
    /// The Warehouses in which something could not be found out that Freight is to be made of.
    let failing: [JSONValue]
    /// The Freight that is named, by its ID.
    let freight: [String: JSONValue]

    init(of name: String, _ call: ServerCall) throws {
        let path = ["v1", "projects", name]
        project = try call.send("GET", ServerCall.path(path)) ?? .null
        let flow = try call.send("GET", ServerCall.path(path + ["manifests"]))?["manifests"]?["kargo"]?["stages"]
        let shown = try call.send("GET", ServerCall.path(path + ["stages"]))?["stages"]?.array ?? []
        var stages: [Stage] = []
        var freight: [String: JSONValue] = [:]
        for document in shown {
            let stage = document["name"]?.string ?? ""
            stages.append(
                Stage(
                    document: document, policy: project["stages"]?.array?.first { $0["name"]?.string == stage },
                    sources: Self.sources(flow?[stage]),
                    gate: try GateAnswer(call, ServerCall.path(path + ["stages", stage, "gate"]))))
            let places = (document["current"]?.array ?? []) + (document["promotions"]?.array ?? [])
            for id in places.compactMap({ $0["freight"]?.string }) where freight[id] == nil {
                freight[id] = try call.send("GET", ServerCall.path(path + ["freight", id]))
            }
        }
        var failing: [JSONValue] = []
        try call.forEach("warehouses", of: ServerCall.path(path + ["warehouses"])) { warehouse in
            if warehouse["automatic"]?.bool == true, warehouse["failures"]?.integer ?? 0 > 0 {
                failing.append(warehouse)
            }
        }
        self.failing = failing
        self.stages = Self.inOrder(stages)
        self.freight = freight
    }

    /// All of it as one document.
    var document: JSONValue {
        .object([
            .init("project", project), .init("stages", .array(stages.map(\.document))),
            .init("failing", .array(failing)),
            .init("gates", .object(stages.map { .init($0.name, $0.gate.document ?? .string($0.gate.text)) })),
            .init("freight", .object(freight.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })),
        ])
    }

    /// Where a Stage of Kargo's takes its Freight.
    private static func sources(_ stage: JSONValue?) -> [String] {
        let requests = stage?["spec"]?["requestedFreight"]?.array ?? []
        let names = requests.flatMap { request in
            let sources = request["sources"]
            let origin = sources?["direct"]?.bool == true ? request["origin"]?["name"]?.string : nil
            return (sources?["stages"]?.array?.compactMap(\.string) ?? []) + (origin.map { [$0] } ?? [])
        }
        return names.enumerated().filter { names.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    }

    /// Each Stage after all that it takes Freight from; there is no circle, since a server refuses one.
    private static func inOrder(_ stages: [Stage]) -> [Stage] {
        var left = stages
        var ordered: [Stage] = []
        while !left.isEmpty {
            let names = Set(left.map(\.name))
            let next = left.filter { names.isDisjoint(with: $0.sources) }
            guard !next.isEmpty else { return ordered + left }
            ordered += next
            left.removeAll { stage in next.contains { $0.name == stage.name } }
        }
        return ordered
    }
}
