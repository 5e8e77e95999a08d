import Connectors
import Locks
import Promotions

/// Looks at Warehouses, and remembers of each image what it stood for, so that the next look need not read it again.
///
/// What is remembered here is lost when the server ends; then it is read anew.
final class WarehouseLooker: Sendable {
    /// Whose memory it is.
    private struct Key: Hashable, Sendable {
        let project: String
        let warehouse: String
        let subscription: Subscription
    }

    private let connections: Connections
    private let memory = Guarded<[Key: ImageKnowledge]>([:])

    init(_ connections: Connections) {
        self.connections = connections
    }

    /// Asks for each subscription of a Warehouse; one that fails stops no other.
    func look(at warehouse: Warehouse, of project: String) async -> [Finding] {
        await withTaskGroup(of: (place: Int, finding: Finding).self) { group in
            for (place, subscription) in warehouse.subscriptions.enumerated() {
                group.addTask { (place, await self.finding(subscription, warehouse, project)) }
            }
            var findings: [(place: Int, finding: Finding)] = []
            for await finding in group { findings.append(finding) }
            return findings.sorted { $0.place < $1.place }.map(\.finding)
        }
    }

    /// Forgets what is of no Warehouse that there is.
    func keepOnly(_ warehouses: [String: [Warehouse]]) {
        memory.withLock { memory in
            memory = memory.filter { key, _ in
                warehouses[key.project]?.first { $0.name == key.warehouse }?.subscriptions.contains(key.subscription)
                    ?? false
            }
        }
    }

    private func finding(_ subscription: Subscription, _ warehouse: Warehouse, _ project: String) async -> Finding {
        switch subscription.source {
        case .image(let image):
            let key = Key(project: project, warehouse: warehouse.name, subscription: subscription)
            return Finding(
                subscription: subscription,
                outcome: await images(image, key, withRevisions: warehouse.completeBy == .revisionLabel))
        case .git(let git):
            switch await connections.poll(git) {
            case .success(let commits): return Finding(subscription: subscription, outcome: .commits(commits))
            case .failure(let error): return Finding(subscription: subscription, outcome: .failure(error))
            }
        case .chart(let chart):
            switch await connections.poll(chart) {
            case .success(let versions): return Finding(subscription: subscription, outcome: .versions(versions))
            case .failure(let error): return Finding(subscription: subscription, outcome: .failure(error))
            }
        }
    }

    private func images(_ image: ImageSubscription, _ key: Key, withRevisions: Bool) async -> Finding.Outcome {
        let known = memory.withLock { $0[key] } ?? ImageKnowledge()
        let (result, knowledge) = await connections.poll(image, knowing: known, withRevisions: withRevisions)
        memory.withLock { $0[key] = knowledge }
        switch result {
        case .success(let findings): return .images(findings)
        case .failure(let error): return .failure(error)
        }
    }
}
