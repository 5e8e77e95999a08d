public import Promotions

extension Registry {
    /// The versions of a chart that count, the highest first; at most as many as the subscription's limit.
    ///
    /// Only the list of tags is asked: a chart's version is its tag, with `_` in the place of the `+` that no tag may have.
    public func poll(_ subscription: ChartSubscription) async throws(PollError) -> [String] {
        guard subscription.repository.hasPrefix("oci://") else {
            throw .subscription(SelectionError("'\(subscription.repository)' does not begin with 'oci://'."))
        }
        let tags: [String]
        do { tags = try await self.tags(of: String(subscription.repository.dropFirst(6))) } catch {
            throw .registry(error)
        }
        do {
            let versions = try TagSelection.versions(
                tags.map { $0.replacing("_", with: "+") }, within: subscription.constraint ?? "*", strict: true)
            return Array(versions.prefix(subscription.discoveryLimit))
        } catch { throw .subscription(error) }
    }
}

extension ChartSubscription {
    /// A version as Freight holds it.
    public func artifact(of version: String, subscription: String?) -> ChartArtifact {
        ChartArtifact(repository: repository, version: version, subscription: subscription)
    }
}
