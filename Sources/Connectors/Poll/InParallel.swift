/// The results of some work for each item, in the items' order, at most `width` at a time; the first error ends it, once what
/// is under way has come to its end.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], width: Int, _ work: @escaping @Sendable (Item) async throws(RegistryError) -> Result
) async throws(RegistryError) -> [Result] {
    typealias Outcome = (index: Int, result: Swift.Result<Result, RegistryError>)
    let outcomes: [Outcome] = await withTaskGroup(of: Outcome.self) { group in
        var outcomes: [Outcome] = []
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
        var hasFailed = false
        while let outcome = await group.next() {
            outcomes.append(outcome)
            if case .failure = outcome.result { hasFailed = true }
            if !hasFailed { start(&group) }
        }
        return outcomes
    }
    for case .failure(let error) in outcomes.map(\.result) { throw error }
    var results: [Result] = []
    for outcome in outcomes.sorted(by: { $0.index < $1.index }) { results.append(try outcome.result.get()) }
    return results
}
