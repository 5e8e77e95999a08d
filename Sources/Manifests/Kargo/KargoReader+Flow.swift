import Promotions

extension KargoReader {
    func isThere(_ kind: KargoKind, _ name: String) -> Bool { places[kind.rawValue + " " + name] != nil }

    func names(_ kind: KargoKind) -> [String] {
        let prefix = kind.rawValue + " "
        return places.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    /// Refuses Warehouses and Stages that there are not, and tells what would never come through.
    func checkOrigins(_ findings: inout Findings) {
        for stage in written {
            for request in stage.requests {
                let warehouse = request.request.warehouse
                if !isThere(.warehouse, warehouse) {
                    findings.refuse(
                        request.place, "there is no Warehouse \(quoted(warehouse)) here",
                        hint: suggestion(for: warehouse, among: names(.warehouse)))
                }
                for (name, place) in zip(request.request.upstream, request.upstream) {
                    if !isThere(.stage, name) {
                        findings.refuse(
                            place, "there is no Stage \(quoted(name)) here",
                            hint: suggestion(for: name, among: names(.stage)))
                    } else if let upstream = written.first(where: { $0.name == name }), !upstream.takes(warehouse) {
                        findings.warn(
                            place, "\(quoted(name)) takes no Freight of \(quoted(warehouse)): none comes from there")
                    }
                }
            }
            warn(ofImagesNobodyLooksFor: stage, &findings)
        }
    }

    /// One image of many in the Warehouse, and the others in the steps, is a mistake that shows only when it is late.
    private func warn(ofImagesNobodyLooksFor stage: WrittenStage, _ findings: inout Findings) {
        let origins = stage.requests.map(\.request.warehouse)
        guard let images = stage.steps?.images, origins.allSatisfy({ name in warehouses.contains { $0.name == name } })
        else { return }
        let known = Set(warehouses.filter { origins.contains($0.name) }.flatMap(\.images))
        var told: Set<String> = []
        for (repository, place) in images where !known.contains(repository) && told.insert(repository).inserted {
            findings.warn(
                place, "no Warehouse of this Stage looks for \(quoted(repository)), which its steps use",
                hint: "add a subscription: \(origins.joined(separator: ", ")) has \(known.count) of the images")
        }
    }

    /// Refuses Freight of one Warehouse that would go round in circles.
    func checkCycles(_ findings: inout Findings) {
        for warehouse in Set(written.flatMap { $0.requests.map(\.request.warehouse) }).sorted() {
            var upstream: [String: [String]] = [:]
            for stage in written {
                upstream[stage.name] = stage.requests.first { $0.request.warehouse == warehouse }?.request.upstream
            }
            guard let cycle = Self.cycle(in: upstream),
                let stage = written.first(where: { $0.name == cycle.first }),
                let request = stage.requests.first(where: { $0.request.warehouse == warehouse })
            else { continue }
            let way = (cycle.dropFirst() + cycle.prefix(1)).reversed() + [cycle[0]]
            findings.refuse(
                request.place, "Freight of \(quoted(warehouse)) goes in a circle: \(way.joined(separator: " → "))",
                hint: "one of them must take it from another Stage, or straight from the Warehouse")
        }
    }

    /// Stages of which each takes from the next, and the last from the first.
    private static func cycle(in upstream: [String: [String]]) -> [String]? {
        var rest = upstream
        // What takes from no Stage that is left lies on no circle.
        while let free = rest.first(where: { $0.value.allSatisfy { rest[$0] == nil } })?.key { rest[free] = nil }
        guard let start = rest.keys.min() else { return nil }
        var way = [start]
        while let last = way.last, let next = rest[last]?.first(where: { rest[$0] != nil }) {
            if let first = way.firstIndex(of: next) { return Array(way[first...]) }
            way.append(next)
        }
        return nil
    }

    /// Where there are Stages, policies and Stages belong together.
    func checkPolicies(
        _ policies: [StagePolicy], at places: [String: Place], _ findings: inout Findings
    ) {
        guard !names(.stage).isEmpty else { return }
        for (name, place) in places.sorted(by: { $0.key < $1.key }) where !isThere(.stage, name) {
            findings.refuse(
                place, "the policy is for a Stage that is not here: \(quoted(name))",
                hint: suggestion(for: name, among: names(.stage)))
        }
        for stage in written {
            if places[stage.name] == nil {
                findings.warn(
                    stage.place, "the Stage \(quoted(stage.name)) has no StagePolicy: it stays closed",
                    hint: "an open one has spec: {gates: []}")
            }
            guard findings.orchestrator == .gatehouse, let steps = stage.steps else { continue }
            let isDeployed = policies.first { $0.stage == stage.name }?.deploy != nil
            let names = steps.names.prefix(8).joined(separator: ", ") + (steps.names.count > 8 ? ", …" : "")
            findings.warn(
                steps.place, "Gatehouse does not run these steps (\(plain(names)))",
                hint: isDeployed
                    ? "it does what deploy in the StagePolicy says" : "deploy in the StagePolicy says what to do")
        }
    }
}

extension WrittenStage {
    fileprivate func takes(_ warehouse: String) -> Bool { requests.contains { $0.request.warehouse == warehouse } }
}

extension Warehouse {
    /// The repositories of its images.
    var images: [String] {
        subscriptions.compactMap { subscription in
            guard case .image(let image) = subscription.source else { return nil }
            return image.repository
        }
    }
}
