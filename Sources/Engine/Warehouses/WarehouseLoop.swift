public import Connectors
import Locks
public import Observability
import Postgres
import Promotions
import Store
import Time

/// Looks at the Warehouses of the projects that Gatehouse orchestrates: at each at its interval, and soon when somebody
/// hints that there is something new or has written its manifest anew.
///
/// Every server runs one. Whoever takes the right to a look has it for a short time, and longer while it looks.
public final class WarehouseLoop: Sendable {
    /// How many Warehouses a server looks at at once. Most of them wait for an answer.
    private static let width = 64
    /// How long the right to a look lasts, unless it is kept.
    private static let lease = TimeSpan.seconds(30)
    /// How often it is kept.
    private static let renewal = Duration.seconds(10)
    /// How long nothing is looked for if nothing is heard.
    private static let longestPause = Duration.seconds(5)

    /// A Warehouse of a project.
    private struct Name: Hashable, Sendable {
        let project: String
        let warehouse: String
    }

    private struct State {
        var underWay: Set<Name> = []
        /// The Warehouses that the database was told of last.
        var noted: [WarehouseLookStore.Place]?
    }

    private let decisions: Decisions
    private let admit: Admit
    private let looker: WarehouseLooker
    private let log: Log
    private let state = Guarded(State())
    private let (calls, call) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// A loop that looks through these connections.
    public init(decisions: Decisions, connections: Connections, log: Log) {
        self.decisions = decisions
        self.log = log
        admit = Admit(decisions)
        looker = WarehouseLooker(connections)
    }

    /// Somebody hinted at something, or has written manifests anew.
    public func wake() { call.yield() }

    /// Runs until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pace() }
            for await _ in calls {
                guard !Task.isCancelled else { break }
                for (lease, warehouse) in await begin() {
                    group.addTask { await self.look(lease, at: warehouse) }
                }
            }
            group.cancelAll()
        }
    }

    /// Calls again when the next look is due, and now and then for what nobody heard of.
    private func pace() async {
        while !Task.isCancelled {
            call.yield()
            let (places, room) = free(among: decisions.mirror.value.lookedAt)
            let next =
                room == 0
                ? nil : try? await decisions.pool.withConnection { try WarehouseLookStore.next(among: places, $0) }
            let now = decisions.clock.now()
            let wait = (next ?? nil).map { Duration.microseconds(max(($0 - now).microseconds, 0)) } ?? Self.longestPause
            // A drill's clock may run much faster than the one that sleeps.
            let longest = decisions.clock.isDrill ? .milliseconds(50) : Self.longestPause
            guard (try? await Task.sleep(for: min(max(wait, .milliseconds(50)), longest))) != nil else { return }
        }
        call.finish()
    }

    /// Those that this server does not look at already, and at how many more it may look.
    private func free(among places: [WarehouseLookStore.Place]) -> (places: [WarehouseLookStore.Place], room: Int) {
        let underWay = state.withLock { $0.underWay }
        let free = places.filter { !underWay.contains(Name(project: $0.project, warehouse: $0.warehouse)) }
        return (free, max(Self.width - underWay.count, 0))
    }

    /// Takes the right to what is due.
    private func begin() async -> [(WarehouseLookStore.Lease, Warehouse)] {
        if !decisions.mirror.isCurrent { await decisions.mirror.catchUp() }
        let snapshot = decisions.mirror.value
        do {
            try await note(snapshot)
            let (places, room) = free(among: snapshot.lookedAt)
            guard room > 0, !places.isEmpty else { return [] }
            let now = decisions.clock.now()
            let leases = try await decisions.pool.withConnection { connection in
                try WarehouseLookStore.claim(
                    among: places, limit: room, at: now, until: now + Self.lease, connection)
            }
            return leases.compactMap { lease in
                let place = lease.place
                let warehouses = snapshot.projects[place.project]?.warehouses ?? []
                guard let warehouse = warehouses.first(where: { $0.name == place.warehouse }) else { return nil }
                state.withLock { _ = $0.underWay.insert(Name(project: place.project, warehouse: place.warehouse)) }
                return (lease, warehouse)
            }
        } catch {
            log.debug("Warehouses could not be looked at and will be", ("error", .text("\(error)")))
            return []
        }
    }

    /// Tells the database which Warehouses there are, when that has changed.
    private func note(_ snapshot: Snapshot) async throws {
        let places = snapshot.lookedAt
        guard state.withLock({ $0.noted }) != places else { return }
        let now = decisions.clock.now()
        try await decisions.pool.withConnection { try WarehouseLookStore.note(places, at: now, $0) }
        state.withLock { $0.noted = places }
        looker.keepOnly(snapshot.projects.mapValues(\.warehouses))
    }

    /// Looks once, and writes down what was found.
    private func look(_ lease: WarehouseLookStore.Lease, at warehouse: Warehouse) async {
        let lookedAt = decisions.clock.now()
        let findings = await keeping(lease) { await self.looker.look(at: warehouse, of: lease.place.project) }
        let writer = LookWriter(
            lease: lease, warehouse: warehouse, lookedAt: lookedAt, findings: findings,
            chance: .random(in: 0..<1), isDrill: decisions.clock.isDrill)
        do {
            tell(try await writer.write(admit), of: lease, findings)
        } catch is LookWriter.Superseded {
            log.debug("another server has looked at a Warehouse meanwhile", ("warehouse", .text(warehouse.name)))
        } catch {
            log.warning(
                "what a Warehouse holds could not be written down and will be looked at again",
                ("project", .text(lease.place.project)), ("warehouse", .text(warehouse.name)),
                ("error", .text("\(error)")))
        }
        state.withLock { state in
            _ = state.underWay.remove(Name(project: lease.place.project, warehouse: warehouse.name))
        }
        call.yield()
    }

    /// Does something for which the right to look is needed, and keeps that meanwhile.
    private func keeping(
        _ lease: WarehouseLookStore.Lease, _ body: @escaping @Sendable () async -> [Finding]
    ) async -> [Finding] {
        await withTaskGroup(of: [Finding]?.self) { group in
            group.addTask {
                await self.renew(lease)
                return nil
            }
            group.addTask { await body() }
            for await findings in group {
                guard let findings else { continue }
                group.cancelAll()
                return findings
            }
            return []
        }
    }

    private func renew(_ lease: WarehouseLookStore.Lease) async {
        while (try? await Task.sleep(for: Self.renewal)) != nil {
            let until = decisions.clock.now() + Self.lease
            _ = try? await decisions.pool.withConnection { try WarehouseLookStore.extend(lease, until: until, $0) }
        }
    }

    private func tell(_ outcome: LookWriter.Outcome, of lease: WarehouseLookStore.Lease, _ findings: [Finding]) {
        guard case .written(let made, let moved) = outcome else { return }
        let place = [("project", Log.Value.text(lease.place.project)), ("warehouse", .text(lease.place.warehouse))]
        if let made {
            log.write(.info, "Freight was made of what a Warehouse found", place + [("freight", .text(made.id))])
        }
        for tag in moved {
            log.write(
                .warning, "a tag has moved",
                place + [("repository", .text(tag.repository)), ("tag", .text(tag.tag)), ("to", .text(tag.to))])
        }
        // Said once, when it begins: what lasts stands in the Warehouse's own page.
        guard lease.failures == 0 else { return }
        for error in findings.compactMap(\.failure) {
            log.write(
                .warning, "a Warehouse cannot find out what there is", place + [("error", .text(error.description))])
        }
    }
}
