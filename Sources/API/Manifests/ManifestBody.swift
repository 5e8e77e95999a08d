import Crypto
import Engine
import HTTPServer
import JSON
import Manifests
import Promotions
import Time

/// What `PUT …/manifests` brings: the whole desired state of a project, read and found right.
struct ManifestBody: Sendable {
    static let limit = 1 << 20
    private static let types = ["application/yaml", "text/yaml", "application/x-yaml", "application/json"]

    let set: ManifestSet
    let warnings: [ManifestFinding]
    /// The canonical form, which is kept.
    let document: String
    let hash: [UInt8]
    let reason: String?
    let isDryRun: Bool
    /// Whether it takes the place of a revision that waits.
    let supersedes: Bool

    init(_ request: Request, project: String, in world: ManifestWorld) throws(Problem) {
        try request.allowQuery("dryRun", "reason", "supersede")
        isDryRun = try request.queryFlag("dryRun")
        supersedes = try request.queryFlag("supersede")
        reason = try request.queryValue("reason")
        guard reason.map({ (1...2_000).contains($0.utf8.count) }) ?? true else {
            throw Problem(.badField, "'reason' has 1 to 2000 bytes", field: "reason")
        }
        try request.requireBody(of: Self.types)
        do throws(ManifestErrors) {
            (set, warnings) = try ManifestSet.read(
                files: [(name: "manifests", bytes: request.body)], project: project, in: world)
        } catch {
            throw Problem(error)
        }
        document = set.canonicalJSON.text
        hash = SHA256.hash(document)
        // What could not be read back would stop every decision: it must not be kept.
        guard document.utf8.count <= 4 * Self.limit, (try? ManifestSet(stored: document)) == set else {
            throw Problem(.badManifests, "the manifests are too large when every default is written out")
        }
    }
}

extension ManifestSet {
    /// Reads what is kept of a revision.
    init(stored document: String) throws {
        try self.init(canonical: JSONValue(parsing: Array(document.utf8)))
    }
}

extension Problem {
    fileprivate init(_ refused: ManifestErrors) {
        var members = [JSONValue.Member("errors", .array(refused.errors.map(\.json)))]
        if refused.omitted > 0 { members.append(.init("omitted", .integer(Int64(refused.omitted)))) }
        self.init(
            .badManifests, refused.errors.first?.description ?? "the manifests cannot be read",
            hint: refused.errors.count > 1 ? "'errors' has all of them" : nil, members: members)
    }
}

extension ManifestFinding {
    /// The finding, for a program that marks its place.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("file", .string(file)), .init("line", .integer(Int64(line))),
            .init("column", .integer(Int64(column))),
        ]
        if !path.isEmpty { members.append(.init("path", .string(path))) }
        members.append(.init("message", .string(message)))
        if let hint { members.append(.init("hint", .string(hint))) }
        return .object(members)
    }
}

extension ManifestDiff {
    /// The changes, as they are kept and shown.
    var json: JSONValue {
        .array(
            changes.map { change in
                var members: [JSONValue.Member] = [.init("path", .string(change.path))]
                if let from = change.from { members.append(.init("from", from)) }
                if let to = change.to { members.append(.init("to", to)) }
                members.append(.init("effect", .string(change.effect.rawValue)))
                return .object(members)
            })
    }
}

extension JSONValue {
    /// The document as a text.
    var text: String {
        var writer = JSONWriter(capacity: 4_096)
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
