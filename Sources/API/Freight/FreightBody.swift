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
        warehouse = try fields.text("warehouse", maximum: 253, of: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?/, "a name")
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
            repository: try fields.text("repoURL", maximum: 500, of: /[A-Za-z0-9_.:\/-]+/, "an image's repository"),
            tag: try fields.text("tag", maximum: 128, of: /[A-Za-z0-9_][A-Za-z0-9_.-]*/, "a tag"), digest: digest,
            subscription: try fields.subscription())
    }

    private static func commit(_ fields: JSONFields) throws(JSONFieldError) -> CommitArtifact {
        let id = try fields.requiredString("id", maximum: 64)
        guard id.wholeMatch(of: /[0-9a-f]{40}|[0-9a-f]{64}/) != nil else {
            throw JSONFieldError(field: "id", message: "'id' is a whole commit hash", hint: "git rev-parse HEAD")
        }
        return CommitArtifact(
            repository: try fields.text("repoURL", maximum: 500, of: /[!-{}~]+/, "an address"), id: id,
            branch: try fields.string("branch", maximum: 255), tag: try fields.reference("tag"),
            subscription: try fields.subscription())
    }

    private static func chart(_ fields: JSONFields) throws(JSONFieldError) -> ChartArtifact {
        ChartArtifact(
            repository: try fields.text("repoURL", maximum: 500, of: /[!-{}~]+/, "an address"),
            name: try fields.reference("name"),
            version: try fields.text("version", maximum: 128, of: /[A-Za-z0-9_.+-]+/, "a version"),
            subscription: try fields.subscription())
    }
}

extension JSONFields {
    /// A text of one form. What Freight is made of is joined into its name: nothing in it may look like the joints.
    fileprivate func text(
        _ name: String, maximum: Int, of form: Regex<some Any>, _ noun: String
    ) throws(JSONFieldError) -> String {
        let text = try requiredString(name, maximum: maximum)
        guard (try? form.wholeMatch(in: text)) != nil else {
            throw JSONFieldError(field: name, message: "'\(name)' is not \(noun): it holds a character that none has")
        }
        return text
    }

    /// A tag of git, or a chart's name, that may be absent.
    fileprivate func reference(_ name: String) throws(JSONFieldError) -> String? {
        guard value(name) != nil else { return nil }
        return try text(name, maximum: 255, of: /[A-Za-z0-9_.\/+@-]+/, "a name")
    }

    fileprivate func subscription() throws(JSONFieldError) -> String? {
        guard value("subscriptionName") != nil else { return nil }
        return try text("subscriptionName", maximum: 253, of: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?/, "a name")
    }
}
