import Promotions
import Testing
import Time

/// What a Stage asks, written out as a tree: every way through skipped Stages is walked again.
private indirect enum Asked {
    case stage(String, soak: Int64)
    case all([Asked])
    case one([Asked])

    /// Whether it holds when only these leaves do.
    func holds(_ leaf: (String, Int64) -> Bool) -> Bool {
        switch self {
        case .stage(let name, let soak): leaf(name, soak)
        case .all(let list): list.allSatisfy { $0.holds(leaf) }
        case .one(let list): list.contains { $0.holds(leaf) }
        }
    }

    var leaves: [(String, Int64)] {
        switch self {
        case .stage(let name, let soak): [(name, soak)]
        case .all(let list), .one(let list): list.flatMap(\.leaves)
        }
    }
}

/// A random line of Stages in minutes, and what is known of a Freight there.
private struct RandomLine {
    struct Node {
        var upstream: [Int] = []
        var isDirect = false
        var wantsAll = false
        var soak: Int64?
        var isSkipped = false
        var verifiedAt: Int64?
        var longest: Int64?
        var since: Int64?
    }

    var nodes: [Node] = []

    init(_ random: inout SplitMix) {
        for index in 0..<Int.random(in: 1...8, using: &random) {
            var node = Node()
            node.upstream = (0..<index).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.shuffled(
                using: &random)
            node.isDirect = node.upstream.isEmpty || Int.random(in: 0..<8, using: &random) == 0
            node.wantsAll = Bool.random(using: &random)
            if Bool.random(using: &random) { node.soak = Int64.random(in: 0...6, using: &random) }
            node.isSkipped = Int.random(in: 0..<5, using: &random) < 2
            if Int.random(in: 0..<4, using: &random) > 0 { node.verifiedAt = Int64.random(in: -9...1, using: &random) }
            if Bool.random(using: &random) { node.longest = Int64.random(in: 0...6, using: &random) }
            if Bool.random(using: &random) { node.since = Int64.random(in: -6...0, using: &random) }
            nodes.append(node)
        }
    }

    static func instant(_ minute: Int64) -> Instant { Instant(microseconds: 1_800_000_000_000_000) + .minutes(minute) }

    var line: StageLine {
        let stages = nodes.enumerated().map { index, node in
            Stage(
                name: "s\(index)",
                requests: [
                    FreightRequest(
                        warehouse: "market", isDirect: node.isDirect, upstream: node.upstream.map { "s\($0)" },
                        soak: node.soak.map { .minutes($0) }, strategy: node.wantsAll ? .all : .oneOf)
                ])
        }
        let skipped = nodes.indices.filter { nodes[$0].isSkipped }.map {
            ("s\($0)", Disabling(reason: "broken", owner: "anna", start: Self.instant(-100)))
        }
        return StageLine(stages: stages, disablings: Dictionary(uniqueKeysWithValues: skipped))
    }

    var stays: [String: Stay] {
        Dictionary(
            uniqueKeysWithValues: nodes.enumerated().map { index, node in
                (
                    "s\(index)",
                    Stay(
                        verifiedAt: node.verifiedAt.map(Self.instant), longest: node.longest.map { .minutes($0) },
                        currentSince: node.since.map(Self.instant))
                )
            })
    }

    func asked(_ index: Int, atLeast soak: Int64 = 0) -> Asked? {
        let node = nodes[index]
        let soak = max(soak, node.soak ?? 0)
        let list = node.upstream.compactMap { upstream in
            nodes[upstream].isSkipped
                ? asked(upstream, atLeast: soak) : Asked.stage("s\(upstream)", soak: soak)
        }
        return list.isEmpty ? nil : node.wantsAll ? .all(list) : .one(list)
    }

    func node(_ name: String) -> Node { nodes[Int(name.dropFirst()) ?? 0] }

    func isVerified(_ name: String, by minute: Int64 = 0) -> Bool {
        node(name).verifiedAt.map { $0 <= min(minute, 0) } ?? false
    }

    func isDone(_ name: String, _ soak: Int64, at minute: Int64) -> Bool {
        isVerified(name) && max(node(name).longest ?? 0, node(name).since.map { minute - $0 } ?? 0) >= soak
    }

    /// The answer, by asking the tree about one minute after the other.
    func expected(_ index: Int) -> (kind: String, since: Int64?) {
        if nodes[index].isDirect {
            return ("direct", asked(index).flatMap(since))
        }
        guard let tree = asked(index) else { return ("noUpstream", nil) }
        let since = since(tree)
        if tree.holds({ isDone($0, $1, at: 0) }) { return ("verified", since) }
        if let minute = (1...20).first(where: { minute in tree.holds { isDone($0, $1, at: minute) } }) {
            return ("soaking until \(minute)", since)
        }
        return (tree.holds { name, _ in isVerified(name) } ? "notSoaked" : "notVerified", since)
    }

    private func since(_ tree: Asked) -> Int64? {
        (-20...0).first { minute in tree.holds { name, _ in isVerified(name, by: minute) } }
    }
}

@Suite struct AvailabilityModelTests {
    private func kind(_ availability: FreightFacts.Availability) -> String {
        switch availability {
        case .direct: "direct"
        case .verified: "verified"
        case .notVerified: "notVerified"
        case .soaking(_, let until):
            "soaking until \((until - RandomLine.instant(0)).microseconds / TimeSpan.minutes(1).microseconds)"
        case .notSoaked: "notSoaked"
        case .noUpstream: "noUpstream"
        case .unknown: "unknown"
        }
    }

    /// The Stages that an answer names are enough to bring it about: no other has to be looked at.
    private func isBacked(_ answer: AvailabilityAnswer, _ tree: Asked?, _ random: RandomLine) -> Bool {
        switch answer.availability {
        case .verified(let names):
            tree?.holds { name, soak in names.contains(name) && random.isDone(name, soak, at: 0) } ?? false
        case .notVerified(let names):
            names.allSatisfy { !random.isVerified($0) }
                && !(tree?.holds { name, _ in !names.contains(name) } ?? true)
        case .notSoaked(let names): names.allSatisfy { random.isVerified($0) }
        case .soaking(let name, _): random.isVerified(name)
        case .direct, .noUpstream, .unknown: true
        }
    }

    @Test func theAnswerIsThatOfATreeThatIsWrittenOut() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        var kinds: Set<String> = []
        for round in 0..<4_000 {
            let made = RandomLine(&random)
            let index = made.nodes.indices.last ?? 0
            let answer = made.line.availability(
                of: made.stays, from: "market", in: "s\(index)", at: RandomLine.instant(0))
            let expected = made.expected(index)
            let context = Comment(rawValue: "seed \(seed), round \(round): \(made.nodes)")
            try #require(kind(answer.availability) == expected.kind, context)
            try #require(answer.verifiedSince == expected.since.map(RandomLine.instant), context)
            try #require(isBacked(answer, made.asked(index), made), context)
            kinds.insert(String(expected.kind.prefix { $0 != " " }))
        }
        #expect(kinds == ["direct", "noUpstream", "verified", "soaking", "notSoaked", "notVerified"], "seed \(seed)")
    }
}
