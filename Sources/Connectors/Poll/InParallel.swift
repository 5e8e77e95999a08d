/// The results of some work for each item, by the items' places and in their order, at most `width` at a time.
///
/// The first error ends it, once what is under way has come to its end; what was done until then is not lost.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], width: Int, _ work: @escaping @Sendable (Item) async throws(RegistryError) -> Result
) async -> (results: [(index: Int, result: Result)], failure: RegistryError?) {
    typealias Outcome = (index: Int, result: Swift.Result<Result, RegistryError>)
    return await withTaskGroup(of: Outcome.self) { group in
        var rest = items.enumerated().makeIterator()
        func start(_ group: inout TaskGroup<Outcome>) {
            guard let (index, item) = rest.next() else { return }
            group.addTask {
                do throws(RegistryError) { return (index, .success(try await work(item))) } catch {
                    return (index, .failure(error))
                }
            }
        }
        for _ in 0..<max(width, 1) { start(&group) }
        var results: [(index: Int, result: Result)] = []
        var failure: RegistryError?
        while let outcome = await group.next() {
            switch outcome.result {
            case .success(let result): results.append((outcome.index, result))
            case .failure(let error): failure = failure ?? error
            }
            if failure == nil { start(&group) }
        }
        return (results.sorted { $0.index < $1.index }, failure)
    }
}
