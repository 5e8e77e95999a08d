public import Postgres

/// Lends a cluster that a test may break, with `gatehouse` in it; stopped and removed afterwards.
public nonisolated(nonsending) func withOwnCluster<Value>(
    settings: [String: String] = [:],
    _ body: nonisolated(nonsending) (EmbeddedCluster, _ folder: String) async throws -> Value
) async throws -> Value {
    let folder = try TestFolder.make()
    defer { TestFolder.remove(folder) }
    var options = ClusterOptions(directory: folder)
    options.settings = TestCluster.quick.merging(settings) { $1 }
    options.stopLimit = 2_000
    let cluster = try await EmbeddedCluster.start(options)
    do {
        let value = try await body(cluster, folder)
        await cluster.stop()
        return value
    } catch {
        await cluster.stop()
        throw error
    }
}
