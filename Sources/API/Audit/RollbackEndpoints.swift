import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// A log that is not the one that servers knew is gone on with when two people say so.
enum RollbackEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let path = "/v1/audit/rollbacks"
        return [
            Endpoint(.get, path, .oneOf(.readers), of: service) { request, caller in
                try request.allowQuery()
                try caller.checkReachesTheLog()
                let rollbacks = try await service.pool.withConnection { try RollbackStore.all($0) }
                return .json { json in json.member("rollbacks", rollbacks) { $0.write(into: &$1) } }
            },
            Endpoint(.post, path, .oneOf(Roles([.admin])), of: service) { request, caller in
                try await accept(request, caller, service)
            },
            Endpoint(.post, path + "/{rollback}/approve", .oneOf(Roles([.approver])), of: service) { request, caller in
                try await approve(request, caller, service)
            },
        ]
    }

    private static func accept(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        try caller.checkReachesTheLog()
        let reason = try request.reason()
        let known = service.sealer?.known
        guard let known, known.isRolledBack, let before = known.checkpoint else {
            throw Problem(.notRolledBack, "the audit log is the one that this server knew: there is nothing to accept")
        }
        let id = try TokenSecret.newTokenID()
        return try await service.write(request, by: caller) { connection, now in
            let log =
                try CheckpointStore.newest(connection)?.signed.checkpoint
                ?? Checkpoint(origin: before.checkpoint.origin, size: 0, root: .ofNothing)
            try RollbackStore.add(
                id, log: log, known: before.note, reason: reason, by: caller.token, connection)
            try EventWriter(request, by: caller, at: now, service).append(
                .auditRollbackRequested, reason: reason,
                details: [
                    .init("rollback", .string(id)), .init("size", .integer(log.size)),
                    .init("root", .string(log.root.base64)), .init("known", .string(before.note)),
                ], connection)
            return Written(
                status: 201, location: "/v1/audit/rollbacks", body: try body(id, connection))
        }
    }

    private static func approve(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        try caller.checkReachesTheLog()
        let id = request.pathParameter("rollback")
        let response = try await service.write(request, by: caller) { connection, now in
            guard let rollback = try RollbackStore.rollback(id, connection) else {
                throw Problem(
                    .noSuchRollback, "nobody asked for '\(id.prefix(64))'", hint: "GET /v1/audit/rollbacks lists them")
            }
            do {
                guard try RollbackStore.approve(id, by: caller.token, connection) else {
                    throw Problem(.rollbackAccepted, "it was accepted before")
                }
            } catch {
                throw Problem.ownWord(error) ?? error
            }
            try EventWriter(request, by: caller, at: now, service).append(
                .auditRollbackAccepted, reason: rollback.reason,
                details: [
                    .init("rollback", .string(id)), .init("size", .integer(rollback.size)),
                    .init("root", .string(rollback.root.base64)), .init("requestedBy", .string(rollback.by)),
                ], connection)
            return Written(status: 200, body: try body(id, connection))
        }
        // The others see it at their next look.
        try? await service.sealer?.look()
        return response
    }

    private static func body(_ id: String, _ connection: borrowing Connection) throws -> [UInt8] {
        guard let rollback = try RollbackStore.rollback(id, connection) else {
            throw PostgresError.unexpected("what was written is not there")
        }
        return JSONWriter.object { json in rollback.write(into: &json) }
    }
}

extension RollbackStore.Rollback {
    fileprivate func write(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("size", size)
        json.member("root", root.base64)
        json.member("known", known)
        json.member("reason", reason)
        json.member("requestedBy", by)
        json.member("requestedAt", at.text)
        json.member("acceptedBy", approval?.by)
        json.member("acceptedAt", approval?.at.text)
    }
}

extension Caller {
    /// Refuses a token that reaches some projects only: the log is everybody's.
    fileprivate func checkReachesTheLog() throws(Problem) {
        guard grant.projects == nil, grant.stages == nil else {
            throw Problem(
                .outOfReach, "the token '\(token.name)' reaches some projects only; the log concerns all of them")
        }
    }
}
