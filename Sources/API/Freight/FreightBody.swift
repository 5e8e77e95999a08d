import HTTPServer
import JSON
import Promotions

/// What `POST …/freight` is asked for: artifacts in the form in which Freight shows them.
struct FreightBody: Sendable {
    /// More artifacts than anybody ships at once.
    private static let limit = 100

    let warehouse: String
    let alias: String?
    let artifacts: Artifacts

    init(_ request: Request) throws(Problem) {
        self = try request.fields(
            "warehouse", "alias", "images", "commits", "charts",
            read: { fields throws(JSONFieldError) in try FreightBody(fields) })
    }

    private init(_ fields: JSONFields) throws(JSONFieldError) {
        warehouse = try fields.requiredString("warehouse", maximum: 253)
        alias = try Self.alias(fields.string("alias", maximum: 63))
        artifacts = Artifacts(
            images: try Self.list("images", fields, ["repoURL", "tag", "digest", "subscriptionName"], Self.image),
            commits: try Self.list(
                "commits", fields, ["repoURL", "id", "branch", "tag", "subscriptionName"], Self.commit),
            charts: try Self.list("charts", fields, ["repoURL", "name", "version", "subscriptionName"], Self.chart))
        guard !artifacts.images.isEmpty || !artifacts.commits.isEmpty || !artifacts.charts.isEmpty else {
            throw JSONFieldError(field: "images", message: "Freight needs at least one image, commit or chart")
        }
    }

    private static func alias(_ text: String?) throws(JSONFieldError) -> String? {
        guard let text else { return nil }
        do throws(Alias.Refusal) {
            try Alias.check(text)
        } catch {
            throw JSONFieldError(field: "alias", message: error.description)
        }
        return text
    }

    /// The artifacts of one kind; what is wrong with one is told with its place.
    private static func list<Artifact: Hashable>(
        _ name: String, _ fields: JSONFields, _ names: [String],
        _ read: (JSONFields) throws(JSONFieldError) -> Artifact
    ) throws(JSONFieldError) -> [Artifact] {
        guard let value = fields.value(name) else { return [] }
        guard let elements = value.array, elements.count <= limit else {
            throw JSONFieldError(field: name, message: "'\(name)' must be an array of at most \(limit) objects")
        }
        var artifacts: [Artifact] = []
        for (index, element) in elements.enumerated() {
            do throws(JSONFieldError) {
                artifacts.append(try read(JSONFields(element, named: names)))
            } catch {
                let place = "\(name)[\(index)]" + (error.field.isEmpty ? "" : "." + error.field)
                throw JSONFieldError(field: place, message: error.message, hint: error.hint)
            }
        }
        guard Set(artifacts).count == artifacts.count else {
            throw JSONFieldError(field: name, message: "one of '\(name)' stands there twice")
        }
        return artifacts
    }

    private static func image(_ fields: JSONFields) throws(JSONFieldError) -> ImageArtifact {
        let digest = try fields.requiredString("digest", maximum: 150)
        guard digest.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil else {
            throw JSONFieldError(
                field: "digest", message: "'digest' is 'sha256:' and 64 hexadecimal digits",
                hint: "skopeo inspect --format '{{.Digest}}' docker://IMAGE:TAG")
        }
        return ImageArtifact(
            repository: try fields.requiredString("repoURL", maximum: 500),
            tag: try fields.requiredString("tag", maximum: 128), digest: digest,
            subscription: try fields.string("subscriptionName", maximum: 253))
    }

    private static func commit(_ fields: JSONFields) throws(JSONFieldError) -> CommitArtifact {
        let id = try fields.requiredString("id", maximum: 64)
        guard id.wholeMatch(of: /[0-9a-f]{40}|[0-9a-f]{64}/) != nil else {
            throw JSONFieldError(field: "id", message: "'id' is a whole commit hash", hint: "git rev-parse HEAD")
        }
        return CommitArtifact(
            repository: try fields.requiredString("repoURL", maximum: 500), id: id,
            branch: try fields.string("branch", maximum: 255), tag: try fields.string("tag", maximum: 255),
            subscription: try fields.string("subscriptionName", maximum: 253))
    }

    private static func chart(_ fields: JSONFields) throws(JSONFieldError) -> ChartArtifact {
        ChartArtifact(
            repository: try fields.requiredString("repoURL", maximum: 500),
            name: try fields.string("name", maximum: 253), version: try fields.requiredString("version", maximum: 128),
            subscription: try fields.string("subscriptionName", maximum: 253))
    }
}
