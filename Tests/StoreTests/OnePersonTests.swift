import Dispatch
import Locks
import Postgres
import PostgresTesting
import SeededTesting
import Testing

@testable import Store

/// Tokens of a few people and robots, each made with another, as a list tells them.
private struct World {
    struct Token {
        let subject: Int
        let maker: Int?
    }

    let robots: Set<Int> = [7, 8]
    let tokens: [Token]

    init(_ tokens: [Token]) { self.tokens = tokens }

    init(_ random: inout Seeded) {
        var tokens = [Token(subject: 1, maker: nil)]
        while tokens.count < 24 {
            tokens.append(
                Token(subject: .random(in: 1...8, using: &random), maker: .random(in: 0..<tokens.count, using: &random))
            )
        }
        self.tokens = tokens
    }

    /// A token's bearer, and the bearers of those that it goes back to.
    private func line(of token: Int) -> [Int] {
        [tokens[token].subject] + (tokens[token].maker.map(line) ?? [])
    }

    /// Whether whoever acts with one token may be the same person as whoever acts with the other.
    func areOnePerson(_ one: Int, _ other: Int) -> Bool {
        line(of: one).contains(tokens[other].subject) || line(of: other).contains(tokens[one].subject)
    }

    func isPerson(_ token: Int) -> Bool { !robots.contains(tokens[token].subject) }
    var persons: [Int] { tokens.indices.filter(isPerson) }

    /// A name of 16 letters for a number.
    static func name(_ number: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return String(repeating: "a", count: 14)
            + [letters[number / 26], letters[number % 26]].map { String($0) }.joined()
    }

    var script: String {
        let subjects = (1...8).map { "('s\($0)', '\(robots.contains($0) ? "robot" : "person")', now())" }
        let rows = tokens.enumerated().map { number, token in
            let maker = token.maker.map { "\(tokens[$0].subject), '\(Self.name($0))'" } ?? "null, null"
            let kind = isPerson(number) ? "person" : "robot"
            return """
                ('\(Self.name(number))', 't\(number)', \(token.subject), '\(kind)', sha256('\(number)'), '{admin}',
                 \(token.maker == nil), now(), \(maker))
                """
        }
        return """
            insert into subjects (name, kind, created_at) values \(subjects.joined(separator: ", "));
            insert into tokens (id, name, subject, kind, hash, roles, is_bootstrap, created_at, created_by, created_with)
                values \(rows.joined(separator: ", "));
            insert into projects (name, created_at) values ('oracle', now());
            insert into freight (project, id, warehouse, discovered_at, artifacts)
                values ('oracle', repeat('f', 40), 'market', now(), '{}');
            insert into promotions (id, project, stage, freight, warehouse, kind, phase, requested_at)
                values ('p', 'oracle', 'live', repeat('f', 40), 'market', 'auto', 'Pending', now());
            """
    }
}

/// Something that others have to agree to.
private enum Thing: CaseIterable {
    case override, revision, adjustment, rollback, freight

    /// How somebody asks for the one of that number.
    func ask(_ number: Int, _ token: Int, _ world: World) -> String {
        let by = "\(world.tokens[token].subject), '\(World.name(token))'"
        let id = World.name(number)
        switch self {
        case .override:
            return """
                insert into overrides (id, project, stage, freight, bypasses, covers_unknown, justification, requested_at,
                    approvals, approve_by, valid_for, review_within, requested_by, token)
                values ('\(id)', 'oracle', 's\(number)', repeat('f', 40), '{hours}', false, 'fills', now(), 0,
                    now() + interval '1 hour', 1, 1, \(by))
                """
        case .revision:
            return """
                insert into projects (name, created_at) values ('p\(number)', now());
                insert into revisions (project, number, document, hash, diff, loosens, written_at, approvals, author, token)
                values ('p\(number)', 1, '', sha256(''), '', true, now(), 1, \(by))
                """
        case .adjustment:
            return """
                insert into adjustments (id, calendar, date, kind, reason, source, requested_at, approvals, requested_by,
                    token)
                values ('\(id)', 'XNYS', '2028-12-01', 'closed', 'r', 's', now(), 1, \(by))
                """
        case .rollback:
            return """
                insert into audit_rollbacks (id, size, root, known, reason, subject, token)
                values ('\(id)', 0, sha256(''), 'k', 'r', \(by))
                """
        case .freight: return ""
        }
    }

    /// How somebody agrees to it.
    func agree(_ number: Int, _ token: Int, _ world: World) -> String {
        let by = "\(world.tokens[token].subject), '\(World.name(token))'"
        let id = World.name(number)
        switch self {
        case .override:
            return "insert into override_approvals (override, at, subject, token) values ('\(id)', now(), \(by))"
        case .revision:
            return
                "insert into revision_approvals (project, number, at, subject, token) values ('p\(number)', 1, now(), \(by))"
        case .adjustment:
            return "insert into adjustment_approvals (adjustment, at, subject, token) values ('\(id)', now(), \(by))"
        case .rollback:
            return "insert into audit_rollback_approvals (rollback, subject, token) values ('\(id)', \(by))"
        case .freight:
            return """
                insert into freight_approvals (id, project, freight, stage, at, note, subject, token)
                values ((select translate(substr(md5(random()::text), 1, 16), '0189', 'xyzw')), 'oracle', repeat('f', 40),
                        's\(number)', now(), 'n', \(by))
                """
        }
    }
}

/// The schema's answers are those of a list that is gone through from end to end.
@Suite struct OnePersonTests {
    private static func isTaken(_ script: String, _ connection: borrowing Connection) throws -> Bool {
        do throws(PostgresError) {
            try connection.run(script: script)
            return true
        } catch {
            guard OwnWord(error) != nil || error.isUniqueViolation else { throw error }
            return false
        }
    }

    /// Asks for something, lets some agree, and compares who was taken; answers who has had their say.
    private static func check(
        _ thing: Thing, _ number: Int, _ world: World, _ random: inout Seeded, _ connection: borrowing Connection
    ) throws -> (asker: Int, agreed: [Int], isRight: Bool) {
        let asker = try #require(
            (thing == .rollback ? world.persons : Array(world.tokens.indices)).randomElement(using: &random))
        if thing != .freight { try connection.run(script: thing.ask(number, asker, world)) }
        var (agreed, isRight) = ([Int](), true)
        for _ in 0..<6 {
            let next = try #require(world.persons.randomElement(using: &random))
            let subject = world.tokens[next].subject
            let isAnother = agreed.allSatisfy { world.tokens[$0].subject == subject || !world.areOnePerson($0, next) }
            let isNew = !agreed.contains { world.tokens[$0].subject == subject }
            let expected =
                switch thing {
                case .freight: isAnother
                case .rollback: agreed.isEmpty && !world.areOnePerson(asker, next)
                default: isAnother && isNew && !world.areOnePerson(asker, next)
                }
            let taken = try isTaken(thing.agree(number, next, world), connection)
            if taken { agreed.append(next) }
            isRight = isRight && taken == expected
        }
        return (asker, agreed, isRight)
    }

    @Test func whoeverAsksOrAgreesIsAnotherPersonThanAllWhoDidBefore() async throws {
        let start = Seeded()
        let wrong = try await withTables { connection in
            var random = start
            let world = World(&random)
            try connection.run(script: world.script)
            var wrong: [String] = []
            for number in 0..<200 {
                let thing = Thing.allCases[number % Thing.allCases.count]
                let (asker, agreed, isRight) = try Self.check(thing, number, world, &random, connection)
                if !isRight { wrong.append("\(thing) \(number): asked \(asker), agreed \(agreed)") }
                switch thing {
                case .freight:
                    let tokens = world.tokens.indices.map(World.name)
                    let given = try FreightStanding.approvals(
                        of: [String(repeating: "f", count: 40)], in: "s\(number)", of: "oracle", askedWith: tokens,
                        connection
                    ).values.flatMap { $0 }
                    let counting = given.filter { $0.counts(forAsker: World.name(asker)) }.count
                    if counting != agreed.count(where: { !world.areOnePerson(asker, $0) }) {
                        wrong.append("\(thing) \(number) counts \(counting): asked \(asker), agreed \(agreed)")
                    }
                case .override:
                    let reviewer = try #require(world.persons.randomElement(using: &random))
                    let isTaken = try Self.isTaken(Self.review(number, reviewer, world), connection)
                    if isTaken == (agreed + [asker]).contains(where: { world.areOnePerson($0, reviewer) }) {
                        wrong.append("review \(number) by \(reviewer): asked \(asker), agreed \(agreed)")
                    }
                default: break
                }
            }
            return wrong
        }
        #expect(wrong.isEmpty, "seed \(start.seed)")
    }

    /// How an override is used, and somebody says afterwards what that was worth.
    private static func review(_ number: Int, _ token: Int, _ world: World) -> String {
        let id = World.name(number)
        return """
            update overrides set approved_at = requested_at, use_by = requested_at + interval '1 hour' where id = '\(id)';
            update overrides set consumed_at = requested_at, consumed_by = 'p', covers_until = requested_at,
                review_due = requested_at where id = '\(id)';
            insert into override_reviews (override, at, outcome, note, subject, token)
            values ('\(id)', now(), 'justified', 'n', \(world.tokens[token].subject), '\(World.name(token))')
            """
    }

    /// Token 0 made token 1, whose bearers agree at once: the second waits for the first one's transaction, and sees it.
    @Test func twoAtOnceDoNotSlipPastOneAnother() async throws {
        try await withDatabase { url in
            let second = try await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: Result { try Self.agreeAtOnce(url) }) }
            }.get()
            #expect(second == .ofTheMadeAgain)
        }
    }

    private static func agreeAtOnce(_ url: String) throws -> OwnWord? {
        let connection = try Connection(conninfo: url)
        _ = try Migrator().migrate(connection)
        let world = World([.init(subject: 1, maker: nil), .init(subject: 2, maker: 0)])
        try connection.run(script: world.script)
        let second = Guarded<OwnWord?>(nil)
        let isOver = DispatchSemaphore(value: 0)
        try connection.transaction { connection in
            try connection.run(script: Thing.freight.agree(0, 0, world))
            DispatchQueue.global().async {
                do {
                    try Connection(conninfo: url).run(script: Thing.freight.agree(0, 1, world))
                } catch {
                    second.withLock { $0 = (error as? PostgresError).flatMap(OwnWord.init) }
                }
                isOver.signal()
            }
            let waits = Statement(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted), pg_sleep(0.01)")
            var isWaited = false
            for _ in 0..<500 where !isWaited {
                isWaited =
                    try connection.execute(waits).first { (row) throws(PostgresError) in try row.bool(0) } ?? false
            }
        }
        isOver.wait()
        return second.withLock { $0 }
    }
}
