/// The routes of one path, by method.
struct MethodTable: Sendable {
    // Without a reference in it, so that looking up counts none.
    private var indices: InlineArray<5, Int32> = .init(repeating: -1)

    /// The first route added for a method serves it.
    mutating func add(_ index: Int, _ method: Method) {
        if self.index(method) == nil { indices[method.place] = Int32(index) }
    }

    func index(_ method: Method) -> Int? {
        let index = indices[method.place]
        return index < 0 ? nil : Int(index)
    }

    var isEmpty: Bool {
        Method.allCases.allSatisfy { index($0) == nil }
    }

    /// The value of the header `Allow`.
    var allowed: String {
        Method.allCases.filter { index($0) != nil }.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }
            .joined(separator: ", ")
    }
}

extension Method {
    fileprivate var place: Int {
        switch self {
        case .get: 0
        case .post: 1
        case .put: 2
        case .patch: 3
        case .delete: 4
        }
    }
}
