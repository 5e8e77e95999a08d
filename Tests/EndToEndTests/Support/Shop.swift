import JSON
import PostgresTesting
import RegistryTesting
import Testing

/// Warehouses of the project `oracle` that look at real registries, and a Stage that their Freight enters by itself.
enum Shop {
    /// A Warehouse that looks for these subscriptions.
    static func warehouse(
        named name: String = "market", interval: String = "1h", completeBy: String? = nil, _ subscriptions: String...
    ) -> String {
        """
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: oracle\(completeBy.map { ", annotations: {gatehouse.dev/complete-by: \($0)}" } ?? "")}
        spec:
          interval: \(interval)
          subscriptions: [\(subscriptions.joined(separator: ", "))]

        """
    }

    static func image(_ repository: String, _ strategy: String = "Lexical", _ more: String = "") -> String {
        "{image: {repoURL: \"\(repository)\", imageSelectionStrategy: \(strategy)\(more)}}"
    }

    /// The project, with a Stage `beta` that takes what `market` finds.
    static func manifests(orchestrator: String = "gatehouse", _ warehouses: String...) -> String {
        Oracle.projectPolicy().replacing("orchestrator: gatehouse", with: "orchestrator: \(orchestrator)")
            + warehouses.joined() + """
                ---
                apiVersion: kargo.akuity.io/v1alpha1
                kind: ProjectConfig
                metadata: {name: oracle, namespace: oracle}
                spec: {promotionPolicies: [{stageSelector: {name: beta}, autoPromotionEnabled: true}]}
                ---
                apiVersion: kargo.akuity.io/v1alpha1
                kind: Stage
                metadata: {name: beta, namespace: oracle}
                spec: {requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}]}

                """ + Oracle.stage("beta")
    }
}

extension Client {
    /// A Warehouse as it is shown.
    nonisolated(nonsending) func warehouse(
        _ name: String = "market", location: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let answer = try await get("\(Oracle.path)/warehouses/\(name)", location: location)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: location)
        return answer.json ?? .null
    }

    /// What a Warehouse finds when it is asked to look now.
    nonisolated(nonsending) func refresh(
        _ name: String = "market", location: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let answer = try await send(
            "POST", "\(Oracle.path)/warehouses/\(name)/refresh?wait=30s", location: location)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: location)
        return answer.json ?? .null
    }

    /// Waits until a Warehouse is as it should be.
    nonisolated(nonsending) func eventually(
        _ what: String, of name: String = "market", location: SourceLocation = #_sourceLocation,
        _ condition: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        var last = JSONValue.null
        try await PostgresTesting.eventually("\(name): \(what)") {
            last = try await warehouse(name, location: location)
            return condition(last)
        }
        return last
    }
}

extension JSONValue {
    /// The members of that name, of each element of a list.
    func texts(_ list: String, _ member: String) -> [String] {
        self[list]?.array?.compactMap { $0[member]?.string } ?? []
    }
}
