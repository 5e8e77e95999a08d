import Locks

/// Where paths led to that one thread was asked for: the same few are asked again and again, and reading one costs more
/// than remembering it. It is emptied when it is full, so that nobody can make it grow.
final class PathMemory: Sendable {
    /// What a path led to.
    struct Found {
        let methods: MethodTable
        let parameters: [PathParameter]
    }

    private static let limit = 512
    private static let longestPath = 256
    private let known = Guarded<[String: Found]>([:])

    subscript(path: String) -> Found? {
        get { known.withLock { $0[path] } }
        set {
            guard path.utf8.count <= Self.longestPath else { return }
            known.withLock { known in
                if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
                known[path] = newValue
            }
        }
    }
}
