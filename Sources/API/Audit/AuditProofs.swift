import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// What anybody can check the log with: checkpoints, proofs and keys.
enum AuditProofs {
    /// What the log is, signed: the note itself, or JSON for whoever wants that.
    static func checkpoint(_ request: Request, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let row = try await service.pool.withConnection { try newest($0) }
        guard request.headers.all("accept").contains(where: { $0.contains("application/json") }) else {
            return Response(contentType: "text/plain; charset=utf-8", body: Array(row.signed.note.utf8))
        }
        return .json { json in
            row.signed.members(into: &json)
            json.member("at", row.at.text)
        }
    }

    /// That an event is in the log, at its place.
    static func proof(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let text = request.pathParameter("event")
        return try await service.pool.withConnection { connection in
            guard let event = Int64(text), let scope = try AuditStore.scope(ofEvent: event, connection),
                caller.grant.shows(project: scope.project, stage: scope.stage)
            else {
                throw Problem(.noSuchEvent, "there is no event '\(text.prefix(32))'")
            }
            guard let (leaf, hash) = try LeafStore.leaf(ofEvent: event, connection) else {
                throw Problem(
                    .notSealed, "the event \(event) has no place in the log's tree yet",
                    hint: "ask again in a second; /readyz tells if sealing stopped",
                    headers: [Header("Retry-After", "1")])
            }
            let log = try newest(connection).signed
            let path = try LeafStore.proofs(of: [leaf], size: log.checkpoint.size, connection).flatMap(\.self)
            return .json { json in
                json.member("event", event)
                json.member("leaf", leaf)
                json.member("hash", hash.base64)
                json.member("proof", path.map(\.base64))
                log.members(into: &json)
            }
        }
    }

    /// That the log of one size is the beginning of the log of another.
    static func consistency(_ request: Request, _ service: Service) async throws -> Response {
        try request.allowQuery("from", "to")
        let (from, to) = (try size("from", request), try size("to", request))
        return try await service.pool.withConnection { connection in
            let size = try newest(connection).signed.checkpoint.size
            let to = to ?? size
            guard let from, from <= to else {
                throw Problem(.badField, "'from' is a number of events from 1 to 'to'", field: "from")
            }
            guard to <= size else { throw Problem(.badField, "the log has \(size) events", field: "to") }
            let roots = try LeafStore.roots(of: [0..<from, 0..<to], connection)
            let proof = try LeafStore.roots(of: TreeProof.consistency(from: from, to: to), connection)
            return .json { json in
                json.member("from", from)
                json.member("to", to)
                json.member("fromRoot", roots[0].base64)
                json.member("toRoot", roots[1].base64)
                json.member("proof", proof.map(\.base64))
            }
        }
    }

    /// The keys that signed, the one that signs first.
    static func keys(_ request: Request, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let keys = try await service.pool.withConnection { try CheckpointStore.keys($0) }
        return .json { json in
            json.member("keys", keys) { row, json in
                json.member("key", row.key.text)
                json.member("name", row.key.name)
                json.member("id", row.key.idText)
                json.member("current", row.key == keys.first?.key)
                json.member("addedAt", row.addedAt.text)
            }
        }
    }

    /// The last checkpoint that there is.
    static func newest(_ connection: borrowing Connection) throws -> CheckpointStore.Row {
        guard let row = try CheckpointStore.newest(connection) else {
            throw Problem(
                .noCheckpoint, "nothing of the log was sealed yet", hint: "/readyz tells why, if it lasts",
                headers: [Header("Retry-After", "1")])
        }
        return row
    }

    /// A parameter that is a number of events.
    static func size(_ name: String, _ request: Request) throws(Problem) -> Int64? {
        guard let text = try request.queryValue(name) else { return nil }
        guard let size = Int64(text), size >= 1 else {
            throw Problem(.badField, "'\(name)' is a number of events, at least 1", field: name)
        }
        return size
    }
}

extension SignedCheckpoint {
    /// What the log was, and the note that says so.
    func members(into json: inout JSONWriter) {
        json.member("size", checkpoint.size)
        json.member("root", checkpoint.root.base64)
        json.member("checkpoint", note)
    }
}
