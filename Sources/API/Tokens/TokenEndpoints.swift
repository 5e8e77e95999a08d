import Engine
import HTTPServer
import Identity
import JSON
import Ledger
import Postgres
import Store
import Time

/// Who may ask what: tokens are made, listed and revoked by admins.
enum TokenEndpoints {
    static func all(_ service: Service) -> [Endpoint] {
        let admins = Access.oneOf(Roles([.admin]))
        return [
            Endpoint(.get, "/v1/tokens", admins, of: service) { request, caller in
                try await list(request, caller, service)
            },
            Endpoint(.post, "/v1/tokens", admins, of: service) { request, caller in
                try await create(request, caller, service)
            },
            Endpoint(.get, "/v1/tokens/{id}", admins, of: service) { request, caller in
                try request.allowQuery()
                let token = try await token(request, caller, service)
                return .json { json in members(of: token, into: &json) }
            },
            Endpoint(.delete, "/v1/tokens/{id}", admins, of: service) { request, caller in
                try await revoke(request, caller, service)
            },
        ]
    }

    private static func list(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery("limit", "cursor")
        let page = try Page(request)
        let tokens = try await service.pool.withConnection { connection in
            try TokenStore.page(after: page.cursor, limit: page.limit + 1, within: caller.grant, connection)
        }
        return page.response("tokens", tokens, path: request.path, cursor: \.id) { token, json in
            members(of: token, into: &json)
        }
    }

    private static func create(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let body = try TokenBody(request)
        let id = try TokenSecret.newTokenID()
        let secret = try TokenSecret()
        let response = try await service.write(request, by: caller) { connection, now in
            let grant = body.grant(at: now, by: caller.grant)
            if let lacking = caller.grant.lacking(for: grant) {
                throw Problem(.exceedsMaker, "your token does not itself have \(lacking)")
            }
            let events = EventWriter(request, by: caller, at: now, service)
            let subject = try subject(for: body, events, connection)
            try TokenStore.add(
                .init(
                    id: id, name: body.name, subject: subject, hash: secret.hash, grant: grant, maker: caller.token,
                    at: now),
                connection)
            guard let token = try TokenStore.token(id, connection) else {
                throw PostgresError.unexpected("a new token is not there")
            }
            try events.append(.tokenCreated, details: details(of: token), connection)
            let shown = JSONWriter.object { json in members(of: token, into: &json) }
            let withSecret = JSONWriter.object { json in
                members(of: token, into: &json)
                json.member("value", secret.text)
            }
            return Written(status: 201, location: "/v1/tokens/\(id)", body: withSecret, bodyForRepetition: shown)
        }
        await service.tokens.mirror.refresh()
        return response
    }

    private static func subject(
        for body: TokenBody, _ events: EventWriter, _ connection: borrowing Connection
    ) throws -> Subject {
        let subject: Subject
        switch try SubjectStore.find(body.subject, connection) {
        case .found(let known):
            guard known.kind == body.kind else {
                throw Problem(
                    .otherKind, "'\(known.name)' is a \(known.kind.rawValue)", field: "kind",
                    hint: "use another subject")
            }
            subject = known
        case .confusable(let other):
            throw Problem(
                .confusable, "'\(body.subject.written)' looks like '\(other)', which belongs to another subject",
                field: "subject",
                hint: "use a name that nobody can take for another")
        case .free:
            subject = try SubjectStore.add(
                body.subject, kind: body.kind, at: events.now, by: events.caller.subject, connection)
            try events.append(
                .subjectCreated,
                details: [.init("subject", .string(subject.name)), .init("kind", .string(subject.kind.rawValue))],
                connection)
        }
        for name in body.alsoKnownAs { try add(name, of: subject, connection) }
        return subject
    }

    private static func add(_ name: SubjectName, of subject: Subject, _ connection: borrowing Connection) throws {
        switch try SubjectStore.find(name, connection) {
        case .found(subject): return
        case .found(let other):
            throw Problem(.nameTaken, "'\(name.written)' is a name of '\(other.name)'", field: "alsoKnownAs")
        case .confusable(let other):
            throw Problem(.confusable, "'\(name.written)' looks like '\(other)'", field: "alsoKnownAs")
        case .free where try SubjectStore.otherNames(of: subject, connection).count >= 20:
            throw Problem(.badField, "'\(subject.name)' has 20 other names already", field: "alsoKnownAs")
        case .free: try SubjectStore.addName(name, of: subject, connection)
        }
    }

    private static func token(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Token {
        let id = request.pathParameter("id")
        let token = try await service.pool.withConnection { try TokenStore.token(id, $0) }
        return try visible(token, id, to: caller)
    }

    /// A token beyond the caller's projects and stages is none for them.
    private static func visible(_ token: Token?, _ id: String, to caller: Caller) throws(Problem) -> Token {
        guard let token, caller.grant.reachesAll(of: token.grant) else {
            throw Problem(.noSuchToken, "there is no valid token '\(id.prefix(64))'", hint: "GET /v1/tokens lists them")
        }
        return token
    }

    private static func revoke(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        try request.allowQuery()
        let id = request.pathParameter("id")
        let response = try await service.write(request, by: caller) { connection, now in
            let token = try visible(TokenStore.token(id, connection), id, to: caller)
            guard try TokenStore.revoke(id, by: caller.subject, at: now, connection) else {
                throw Problem(.noSuchToken, "there is no valid token '\(id.prefix(64))'")
            }
            try EventWriter(request, by: caller, at: now, service).append(
                .tokenRevoked, details: details(of: token), connection)
            return Written(status: 204, body: [])
        }
        await service.tokens.mirror.refresh()
        return response
    }

    static func members(of token: Token, into json: inout JSONWriter) {
        json.member("id", token.id)
        json.member("name", token.name)
        json.member("subject", token.subject.name)
        json.member("kind", token.subject.kind.rawValue)
        if !token.alsoKnownAs.isEmpty { json.member("alsoKnownAs", token.alsoKnownAs) }
        json.member("roles", token.roleNames)
        if let projects = token.grant.projects { json.member("projects", projects.sorted()) }
        if let stages = token.grant.stages { json.member("stages", stages.sorted()) }
        json.member("createdAt", token.createdAt.text)
        json.member("createdBy", token.createdBy?.name)
        json.member("expiresAt", token.grant.expiresAt?.text)
        json.member("lastUsedAt", token.lastUsedAt?.text)
        if token.isBootstrap { json.member("bootstrap", true) }
    }

    private static func details(of token: Token) -> [JSONValue.Member] {
        var details: [JSONValue.Member] = [
            .init("token", .string(token.id)), .init("name", .string(token.name)),
            .init("subject", .string(token.subject.name)),
            .init("roles", .array(token.grant.roles.list.map { .string($0.rawValue) })),
        ]
        if !token.alsoKnownAs.isEmpty {
            details.append(.init("alsoKnownAs", .array(token.alsoKnownAs.map { .string($0) })))
        }
        if let projects = token.grant.projects {
            details.append(.init("projects", .array(projects.sorted().map { .string($0) })))
        }
        if let stages = token.grant.stages {
            details.append(.init("stages", .array(stages.sorted().map { .string($0) })))
        }
        if let end = token.grant.expiresAt { details.append(.init("expiresAt", .string(end.text))) }
        return details
    }
}
