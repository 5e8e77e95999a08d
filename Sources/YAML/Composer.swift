/// Builds the nodes of documents from the parser's events, and refuses what the limits forbid.
struct Composer: ~Copyable {
    /// A node, how much it counts against the limit of nodes, and how many lists and mappings are inside each other.
    struct Composed {
        let node: YAMLNode
        let weight: Int
        let height: Int
    }

    private var parser: EventParser
    private let limits: YAMLLimits
    private var weight = 0
    private var anchors = Anchors()

    init(_ parser: consuming EventParser, limits: YAMLLimits) {
        self.parser = parser
        self.limits = limits
    }

    mutating func documents() throws(YAMLError) -> [YAMLNode] {
        var documents: [YAMLNode] = []
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamEnd:
                return documents
            case .documentStart:
                guard documents.count < limits.documents else {
                    throw YAMLError(.tooManyDocuments(limit: limits.documents), at: event.position)
                }
                anchors = Anchors()
                documents.append(try compose(try parser.next(), depth: 0).node)
            default:
                continue
            }
        }
    }

    private mutating func compose(_ event: Event, depth: Int) throws(YAMLError) -> Composed {
        switch event.kind {
        case .alias(let name):
            return try composeAlias(name, at: event.position, depth: depth)
        case .scalar(let text, let style, let tag, let anchor):
            let size = 1 + (text.utf8.count + (tag?.utf8.count ?? 0)) / 256
            try count(size, at: event.position)
            let node = YAMLNode(.scalar(text, style, tag: tag), at: event.position)
            let composed = Composed(node: node, weight: size, height: 0)
            if let anchor { anchors.define(anchor, as: composed) }
            return composed
        case .sequenceStart(let anchor), .mappingStart(let anchor):
            return try composeCollection(event, anchor: anchor, depth: depth + 1)
        default:
            throw YAMLError(.syntax("a value is missing"), at: event.position)
        }
    }

    private mutating func composeAlias(
        _ name: String, at position: Position, depth: Int
    ) throws(YAMLError) -> Composed {
        let target = try anchors.target(of: name, at: position)
        try count(target.weight, at: position)
        try checkDepth(depth + target.height, at: position)
        let node = YAMLNode(target.node.kind, at: position)
        return Composed(node: node, weight: target.weight, height: target.height)
    }

    private mutating func composeCollection(
        _ event: Event, anchor: String?, depth: Int
    ) throws(YAMLError) -> Composed {
        try checkDepth(depth, at: event.position)
        let before = weight
        try count(1, at: event.position)
        let opened = anchor.map { anchors.open($0) }
        let (kind, height) = try composeContent(of: event, depth: depth)
        let node = YAMLNode(kind, at: event.position)
        let composed = Composed(node: node, weight: weight - before, height: height + 1)
        if let opened { anchors.close(opened, as: composed) }
        return composed
    }

    private mutating func composeContent(
        of event: Event, depth: Int
    ) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
        if case .mappingStart = event.kind { return try composeMapping(depth: depth) }
        return try composeSequence(depth: depth)
    }

    private mutating func composeSequence(depth: Int) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
        var items: [YAMLNode] = []
        var height = 0
        while true {
            let event = try parser.next()
            if case .sequenceEnd = event.kind { return (.sequence(items), height) }
            let item = try compose(event, depth: depth)
            items.append(item.node)
            height = max(height, item.height)
        }
    }

    private mutating func composeMapping(depth: Int) throws(YAMLError) -> (kind: YAMLNode.Kind, height: Int) {
        var entries: [(key: YAMLNode, value: YAMLNode)] = []
        var keys = MappingKeys()
        var height = 0
        while true {
            let event = try parser.next()
            if case .mappingEnd = event.kind { return (.mapping(entries), height) }
            let key = try compose(event, depth: depth).node
            try keys.insert(key)
            let value = try compose(try parser.next(), depth: depth)
            entries.append((key, value.node))
            height = max(height, value.height)
        }
    }

    private func checkDepth(_ depth: Int, at position: Position) throws(YAMLError) {
        guard depth <= limits.depth else { throw YAMLError(.tooDeep(limit: limits.depth), at: position) }
    }

    private mutating func count(_ nodes: Int, at position: Position) throws(YAMLError) {
        weight += nodes
        guard weight <= limits.nodes else { throw YAMLError(.tooManyNodes(limit: limits.nodes), at: position) }
    }
}
