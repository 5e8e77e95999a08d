public import Identity
public import Postgres
public import Time

/// Tokens and the subjects that they belong to.
public enum TokenStore {
    /// A token together with the hash of its secret.
    public struct Hashed: Sendable {
        /// The token.
        public let token: Token
        /// The hash of its secret.
        public let hash: [UInt8]
    }

    /// What is needed to make a token.
    public struct Draft: Sendable {
        /// The public name.
        public let id: String
        /// What its maker calls it.
        public let name: String
        /// Whom it belongs to.
        public let subject: Subject
        /// The hash of its secret.
        public let hash: [UInt8]
        /// What it may do.
        public let grant: Grant
        /// The token that it is made with; nothing for the bootstrap token.
        public let maker: Token?
        /// When.
        public let at: Instant

        /// What is needed to make a token.
        public init(id: String, name: String, subject: Subject, hash: [UInt8], grant: Grant, maker: Token?, at: Instant)
        {
            self.id = id
            self.name = name
            self.subject = subject
            self.hash = hash
            self.grant = grant
            self.maker = maker
            self.at = at
        }
    }

    private static let columns = """
        t.id, t.name, s.id, s.name, s.kind, t.roles, t.projects, t.stages, t.expires_at, t.is_bootstrap,
        m.id, m.name, m.kind, t.created_at, t.last_used_at, t.hash,
        array(select n.written from subject_names n where n.subject = s.id and n.written <> s.name order by 1)
        from tokens t join subjects s on s.id = t.subject left join subjects m on m.id = t.created_by
        """
    private static let valid = Statement("select \(columns) where t.revoked_at is null")
    private static let page = Statement(
        """
        select \(columns) where t.revoked_at is null and ($1::text is null or t.id > $1)
          and ($3::text[] is null or t.projects <@ $3) and ($4::text[] is null or t.stages <@ $4) order by t.id limit $2
        """)
    private static let one = Statement("select \(columns) where t.id = $1 and t.revoked_at is null")
    private static let byHash = Statement("select \(columns) where t.hash = $1 and t.revoked_at is null")
    private static let holdValid = Statement(
        """
        select from tokens where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2) for share
        """)
    private static let holdAllValid = Statement(
        """
        select id from tokens where id = any($1::text[]) and revoked_at is null and (expires_at is null or expires_at > $2)
        order by id for share
        """)
    private static let insertToken = Statement(
        """
        insert into tokens (id, name, subject, kind, hash, roles, projects, stages, is_bootstrap, created_at, created_by,
                            created_with, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """)
    private static let revokeToken = Statement(
        "update tokens set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null")
    private static let everBootstrap = Statement(
        "select hash, id, revoked_at is not null from tokens where is_bootstrap order by revoked_at nulls first, created_at desc limit 1"
    )
    private static let isKnownBootstrap = Statement(
        "select exists (select from tokens where is_bootstrap and hash = $1)")
    private static let touch = Statement(
        """
        update tokens t set last_used_at = greatest(t.last_used_at, u.at)
        from unnest($1::text[], $2::timestamptz[]) as u(id, at) where t.id = u.id
        """)

    /// Every token that has not been revoked, expired ones too.
    public static func all(_ connection: borrowing Connection) throws(PostgresError) -> [Hashed] {
        try connection.execute(valid).map { (row) throws(PostgresError) in try hashed(row) }
    }

    /// Tokens in the order of their ids, after the one given; only those that reach nothing beyond a grant.
    public static func page(
        after: String?, limit: Int, within grant: Grant, _ connection: borrowing Connection
    ) throws(PostgresError) -> [Token] {
        try connection.execute(
            page,
            [
                .textOrNull(after), .int(Int64(limit)), grant.projects.map { .texts($0.sorted()) } ?? .null,
                grant.stages.map { .texts($0.sorted()) } ?? .null,
            ]
        ).map { (row) throws(PostgresError) in try hashed(row).token }
    }

    /// One token that has not been revoked.
    public static func token(_ id: String, _ connection: borrowing Connection) throws(PostgresError) -> Token? {
        try connection.execute(one, [.text(id)]).first { (row) throws(PostgresError) in try hashed(row).token }
    }

    /// The token whose secret has this hash, if it has not been revoked.
    public static func token(hash: [UInt8], _ connection: borrowing Connection) throws(PostgresError) -> Hashed? {
        try connection.execute(byHash, [.bytes(hash)]).first { (row) throws(PostgresError) in try hashed(row) }
    }

    /// Whether a token is valid; it cannot be revoked before this transaction ends.
    public static func holdValid(
        _ id: String, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(holdValid, [.text(id), .instant(now)]).count == 1
    }

    /// Which of several tokens are valid; they cannot be revoked before this transaction ends.
    public static func holdValid(
        _ ids: Set<String>, at now: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Set<String> {
        Set(
            try connection.execute(holdAllValid, [.texts(ids.sorted()), .instant(now)])
                .map { (row) throws(PostgresError) in try row.text(0) })
    }

    /// Adds a token.
    public static func add(_ draft: Draft, _ connection: borrowing Connection) throws(PostgresError) {
        let grant = draft.grant
        _ = try connection.execute(
            insertToken,
            [
                .text(draft.id), .text(draft.name), .int(draft.subject.id), .text(draft.subject.kind.rawValue),
                .bytes(draft.hash),
                .texts(grant.roles.list.map(\.rawValue)), grant.projects.map { .texts($0.sorted()) } ?? .null,
                grant.stages.map { .texts($0.sorted()) } ?? .null, .bool(draft.maker == nil), .instant(draft.at),
                .intOrNull(draft.maker?.subject.id), .textOrNull(draft.maker?.id), .instantOrNull(grant.expiresAt),
            ])
    }

    /// Makes a token invalid for ever; false if there is no such valid token.
    public static func revoke(
        _ id: String, by subject: Subject?, at: Instant, _ connection: borrowing Connection
    ) throws(PostgresError) -> Bool {
        try connection.execute(revokeToken, [.text(id), .instant(at), .intOrNull(subject?.id)]).affected == 1
    }

    /// The newest bootstrap token that there ever was, valid ones first.
    public static func bootstrap(
        _ connection: borrowing Connection
    ) throws(PostgresError) -> (hash: [UInt8], id: String, isRevoked: Bool)? {
        try connection.execute(everBootstrap).first { (row) throws(PostgresError) in
            (try row.bytes(0), try row.text(1), try row.bool(2))
        }
    }

    /// Whether this was a bootstrap token's secret, now or ever.
    public static func wasBootstrap(hash: [UInt8], _ connection: borrowing Connection) throws(PostgresError) -> Bool {
        try connection.execute(isKnownBootstrap, [.bytes(hash)]).first { (row) throws(PostgresError) in try row.bool(0)
        } ?? false
    }

    /// Notes when tokens were last seen.
    public static func touch(_ uses: [(id: String, at: Instant)], _ connection: borrowing Connection)
        throws(PostgresError)
    {
        _ = try connection.execute(touch, [.texts(uses.map(\.id)), .texts(uses.map(\.at.text))])
    }

    private static func hashed(_ row: borrowing Row) throws(PostgresError) -> Hashed {
        let maker = try row.intOrNil(10)
        let token = Token(
            id: try row.text(0), name: try row.text(1),
            subject: Subject(id: try row.int(2), name: try row.text(3), kind: try kind(row.text(4))),
            alsoKnownAs: try row.texts(16),
            grant: Grant(
                roles: Roles(try row.texts(5).compactMap(Role.init(rawValue:))),
                projects: try row.textsOrNil(6).map(Set.init),
                stages: try row.textsOrNil(7).map(Set.init), expiresAt: try row.instantOrNil(8)),
            isBootstrap: try row.bool(9),
            createdBy: try maker.map { (id) throws(PostgresError) in
                Subject(id: id, name: try row.text(11), kind: try kind(row.text(12)))
            }, createdAt: try row.instant(13), lastUsedAt: try row.instantOrNil(14))
        return Hashed(token: token, hash: try row.bytes(15))
    }

    static func kind(_ text: String) throws(PostgresError) -> Subject.Kind {
        guard let kind = Subject.Kind(rawValue: text) else {
            throw PostgresError.unexpected("'\(text)' is no kind of subject")
        }
        return kind
    }
}
