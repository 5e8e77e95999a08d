/// Finds the route for a method and a path.
public final class Router: Sendable {
    /// Every route, in the order given.
    public let routes: [Route]
    /// The answers of those routes that always answer the same; sending one counts no reference.
    let fixedAnswers: [FixedAnswer?]
    private let root: Node
    private let memory = PathMemory()

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
        for (index, route) in routes.enumerated() {
            let parts = route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(
                String.init)
            Self.insert(index, route.method, parts[...], into: &root)
        }
        self.routes = routes
        fixedAnswers = routes.map { route in
            guard case .fixed(let answer) = route.handler else { return nil }
            return FixedAnswer(answer)
        }
        self.root = root
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

    /// The same, with a memory of its own.
    func copy() -> Router {
        Router(routes.map { $0.copy() })
    }

    /// The route for a target as it was sent, and the pairs of its query.
    func find(_ target: String, method: Method?) throws(Problem) -> (match: Match, query: [QueryItem]) {
        // Strings that Unicode takes for equal are equal as keys: only paths whose bytes say it all are remembered.
        let (mark, isPlain) = Self.scan(target.utf8.span)
        guard isPlain else { return try read(target, method) }
        guard let mark else {
            if let known = memory[target] { return (Self.choose(method, from: known), []) }
            return try read(target, method, remembering: target)
        }
        let place = target.utf8.index(target.startIndex, offsetBy: mark)
        let path = String(target[..<place])
        guard let known = memory[path] else { return try read(target, method, remembering: path) }
        let query = try RequestTarget.query(target[target.utf8.index(after: place)...].utf8)
        return (Self.choose(method, from: known), query)
    }

    /// Where the query begins, and whether all is ASCII.
    private static func scan(_ target: Span<UInt8>) -> (mark: Int?, isPlain: Bool) {
        var mark: Int?
        var bits: UInt8 = 0
        for index in target.indices {
            bits |= target[index]
            if target[index] == UInt8(ascii: "?"), mark == nil { mark = index }
        }
        return (mark, bits < 0x80)
    }

    private func read(
        _ target: String, _ method: Method?, remembering path: String? = nil
    ) throws(Problem) -> (match: Match, query: [QueryItem]) {
        let decoded = try RequestTarget(target)
        guard let found = find(decoded.segments) else { return (.nothing, decoded.query) }
        if let path { memory[path] = found }
        return (Self.choose(method, from: found), decoded.query)
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

    private static func choose(_ method: Method?, from found: PathMemory.Found) -> Match {
        if let method, let index = found.methods.index(method) {
            return .found(index: index, parameters: found.parameters)
        }
        return .otherMethods(allow: found.methods.allowed)
    }
}
