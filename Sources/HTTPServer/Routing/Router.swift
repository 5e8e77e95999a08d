import Locks

/// Finds the route for a method and a path.
public final class Router: Sendable {
    /// Every route, in the order given.
    public let routes: [Route]
    /// The answers of those routes that always answer the same; sending one counts no reference.
    let fixedAnswers: [FixedAnswer?]
    private let root: Node
    private let plain: [String: MethodTable]
    private let memories: [PathMemory] = (0..<Sharding.count).map { _ in PathMemory() }

    enum Match {
        case found(index: Int, parameters: [PathParameter])
        case otherMethods(allow: String)
        case nothing
    }

    /// What stands below one part of a path.
    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        var parameter: String?
        var below: [Node] = []  // none or one: a value type cannot hold itself directly
        var methods = MethodTable()
    }

    /// A router for these routes; of two equal ones the first serves.
    public init(_ routes: [Route]) {
        var root = Node()
        var plain: [String: MethodTable] = [:]
        for (index, route) in routes.enumerated() {
            let parts = route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(
                String.init)
            Self.insert(index, route.method, parts[...], into: &root)
            if !route.pattern.contains("{") { plain[route.pattern, default: MethodTable()].add(index, route.method) }
        }
        self.routes = routes
        fixedAnswers = routes.map { route in
            guard case .fixed(let answer) = route.handler else { return nil }
            return FixedAnswer(answer)
        }
        self.root = root
        self.plain = plain
    }

    private static func insert(_ index: Int, _ method: Method, _ parts: ArraySlice<String>, into node: inout Node) {
        guard let part = parts.first else {
            node.methods.add(index, method)
            return
        }
        if part.hasPrefix("{") {
            node.parameter = String(part.dropFirst().dropLast())
            if node.below.isEmpty { node.below.append(Node()) }
            insert(index, method, parts.dropFirst(), into: &node.below[0])
        } else {
            insert(index, method, parts.dropFirst(), into: &node.literals[part, default: Node()])
        }
    }

    /// The route for a target as it was sent, and the pairs of its query.
    func find(_ target: String, method: Method?) throws(Problem) -> (match: Match, query: [QueryItem]) {
        if let methods = plain[target] { return (Self.choose(method, from: methods, parameters: []), []) }
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = mark.map { String(target[..<$0]) } ?? target
        let memory = memories[Sharding.place]
        // Strings that Unicode takes for equal are equal as keys: only paths whose bytes say it all are remembered.
        let isPlain = path.utf8.allSatisfy { $0 < 0x80 }
        if isPlain, let known = memory[path] {
            let query = try mark.map { (mark) throws(Problem) in
                try RequestTarget.query(target[target.utf8.index(after: mark)...].utf8)
            }
            return (Self.choose(method, from: known.methods, parameters: known.parameters), query ?? [])
        }
        let decoded = try RequestTarget(target)
        guard let found = find(decoded.segments) else { return (.nothing, decoded.query) }
        if isPlain { memory[path] = found }
        return (Self.choose(method, from: found.methods, parameters: found.parameters), decoded.query)
    }

    private func find(_ segments: [String]) -> PathMemory.Found? {
        var values: [String] = []
        var names: [String] = []
        guard let methods = Self.walk(segments[...], root, &names, &values) else { return nil }
        return PathMemory.Found(
            methods: methods, parameters: zip(names, values).map { PathParameter(name: $0, value: $1) })
    }

    private static func walk(
        _ segments: ArraySlice<String>, _ node: Node, _ names: inout [String], _ values: inout [String]
    ) -> MethodTable? {
        guard let segment = segments.first else { return node.methods.isEmpty ? nil : node.methods }
        if let next = node.literals[segment], let found = walk(segments.dropFirst(), next, &names, &values) {
            return found
        }
        guard let name = node.parameter, let next = node.below.first, !segment.isEmpty else { return nil }
        names.append(name)
        values.append(segment)
        if let found = walk(segments.dropFirst(), next, &names, &values) { return found }
        names.removeLast()
        values.removeLast()
        return nil
    }

    private static func choose(_ method: Method?, from methods: MethodTable, parameters: [PathParameter]) -> Match {
        if let method, let index = methods.index(method) { return .found(index: index, parameters: parameters) }
        return .otherMethods(allow: methods.allowed)
    }
}
