import JSON
import Ledger
import Postgres
import Store

/// What proves that events are in the log, all of them against one checkpoint.
struct EventProofs: Sendable {
    /// How many are proved at once.
    private static let batch = 100

    /// An event's proof.
    private struct Proof: Sendable {
        let event: Int64
        let leaf: Int64
        let hash: TreeHash
        let path: [TreeHash]
    }

    private let log: SignedCheckpoint?
    private let proofs: [Proof]
    /// The events that had no place in the log yet.
    private let unsealed: [Int64]

    /// Proves events that were read before: those that had a place then are in the newest checkpoint.
    init(of events: [KeptEvent], _ connection: borrowing Connection) throws(PostgresError) {
        log = try CheckpointStore.newest(connection)?.signed
        let size = log?.checkpoint.size ?? 0
        var rest = events.filter { event in event.leaf.map { $0 < size } ?? false }[...]
        var proofs: [Proof] = []
        while !rest.isEmpty {
            let part = rest.prefix(Self.batch)
            let paths = try LeafStore.proofs(of: part.compactMap(\.leaf), size: size, connection)
            for (event, path) in zip(part, paths) {
                proofs.append(
                    Proof(event: event.id, leaf: event.leaf ?? 0, hash: .leaf(event.bytes), path: path))
            }
            rest = rest.dropFirst(part.count)
        }
        self.proofs = proofs
        let proved = Set(proofs.map(\.event))
        unsealed = events.map(\.id).filter { !proved.contains($0) }
    }

    func write(into json: inout JSONWriter) {
        log?.members(into: &json)
        json.member("proofs", proofs) { proof, json in
            json.member("event", proof.event)
            json.member("leaf", proof.leaf)
            json.member("hash", proof.hash.base64)
            json.member("proof", proof.path.map(\.base64))
        }
        json.name("unsealed")
        json.value(.array(unsealed.map { .integer($0) }))
    }
}
