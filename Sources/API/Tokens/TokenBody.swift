import HTTPServer
import Identity
import JSON
import Time

/// What `POST /v1/tokens` is asked for.
struct TokenBody: Sendable {
    /// How long a token lives when nobody says.
    private static let usualLife = TimeSpan.days(90)
    /// No token but the first lives longer.
    private static let longestLife = TimeSpan.days(366)

    let name: String
    let subject: SubjectName
    let kind: Subject.Kind
    let alsoKnownAs: [SubjectName]
    let roles: Roles
    let projects: Set<String>?
    let stages: Set<String>?
    /// Nothing where nobody said how long: then as long as usual, and no longer than its maker.
    let life: TimeSpan?

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "name", "subject", "kind", "alsoKnownAs", "roles", "projects", "stages", "expiresIn",
            read: { fields throws(JSONFieldError) in try TokenBody(fields) })
        if kind == .robot, roles.contains(Roles([.approver])) {
            throw Problem(
                .robotApprover, "a robot cannot have the role approver", field: "roles",
                hint: "give the role to a person's token")
        }
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        name = try Self.name("name", fields.requiredString("name")).written
        subject = try Self.name("subject", fields.string("subject") ?? name)
        kind = try Self.kind(fields.requiredString("kind"))
        roles = try Self.roles(fields.strings("roles"))
        projects = try Self.scope("projects", fields.strings("projects"))
        stages = try Self.scope("stages", fields.strings("stages"))
        if stages != nil, projects == nil {
            throw JSONFieldError(
                field: "stages", message: "'stages' without 'projects' says nothing", hint: "name the projects, too")
        }
        life = try Self.life(fields.string("expiresIn"))
        var names: [SubjectName] = []
        for text in try fields.strings("alsoKnownAs", maximumCount: 10) ?? [] {
            names.append(try Self.name("alsoKnownAs", text))
        }
        alsoKnownAs = names
    }

    /// What the token may do, if it is made at this instant.
    func grant(at now: Instant, by maker: Grant) -> Grant {
        let usual = min(now + Self.usualLife, maker.expiresAt ?? now + Self.usualLife)
        return grant(until: life.map { now + $0 } ?? usual)
    }

    private func grant(until end: Instant) -> Grant {
        Grant(roles: roles, projects: projects, stages: stages, expiresAt: end)
    }

    private static func name(_ field: String, _ text: String) throws(JSONFieldError) -> SubjectName {
        do throws(SubjectName.Malformed) {
            return try SubjectName(text)
        } catch {
            throw JSONFieldError(field: field, message: "'\(field)': \(error.description)")
        }
    }

    private static func kind(_ text: String) throws(JSONFieldError) -> Subject.Kind {
        guard let kind = Subject.Kind(rawValue: text) else {
            throw JSONFieldError(field: "kind", message: "'kind' is neither 'person' nor 'robot'")
        }
        return kind
    }

    private static func roles(_ texts: [String]?) throws(JSONFieldError) -> Roles {
        let known = "the roles are: " + Role.allCases.map(\.rawValue).joined(separator: ", ")
        guard let texts, !texts.isEmpty else {
            throw JSONFieldError(field: "roles", message: "'roles' is missing or empty", hint: known)
        }
        var roles: [Role] = []
        for text in texts {
            guard let role = Role(rawValue: text) else {
                throw JSONFieldError(field: "roles", message: "there is no role '\(text.prefix(64))'", hint: known)
            }
            roles.append(role)
        }
        return Roles(roles)
    }

    private static func scope(_ field: String, _ names: [String]?) throws(JSONFieldError) -> Set<String>? {
        guard let names else { return nil }
        guard !names.isEmpty else {
            throw JSONFieldError(field: field, message: "'\(field)' is empty", hint: "leave it out to mean all")
        }
        for name in names where !isLabel(name) {
            throw JSONFieldError(
                field: field, message: "'\(name.prefix(64))' is no name of a resource", hint: "a-z, 0-9, '-' and '.'")
        }
        return Set(names)
    }

    /// The names that Kubernetes allows for the objects that projects and stages are.
    private static func isLabel(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        let edges = [name.utf8.first, name.utf8.last]
        return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            && edges.allSatisfy { $0.map(isAlphanumeric) ?? false }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func life(_ text: String?) throws(JSONFieldError) -> TimeSpan? {
        guard let text else { return nil }
        do throws(TimeSpan.ParseError) {
            let life = try TimeSpan(parsing: text)
            guard life > .seconds(0), life <= longestLife else {
                throw TimeSpan.ParseError("a token lives from 1s to \(longestLife.text)")
            }
            return life
        } catch {
            throw JSONFieldError(field: "expiresIn", message: "'expiresIn': \(error.description)")
        }
    }
}
