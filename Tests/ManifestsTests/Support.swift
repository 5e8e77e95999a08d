import JSON
import Manifests

/// Manifests of the project `shop`.
enum Shop {
    static let projectPolicy = """
        apiVersion: gatehouse.dev/v1
        kind: ProjectPolicy
        metadata: {name: shop, namespace: shop}
        spec: {orchestrator: gatehouse}
        """

    /// The policy of the Stage `paper`, whose `spec` begins on line 5.
    static func paper(_ spec: String) -> String {
        "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper, namespace: shop}\nspec:\n" + spec
    }

    /// Reads files, each with its name.
    static func read(
        _ files: [(String, String)]
    ) throws(ManifestErrors) -> (set: ManifestSet, warnings: [ManifestFinding]) {
        try ManifestSet.read(files: files.map { (name: $0.0, bytes: Array($0.1.utf8)) }, project: "shop")
    }

    /// The errors of files that are refused, one a line; nothing where they are not.
    static func errors(_ files: [(String, String)]) -> [String] {
        do throws(ManifestErrors) {
            _ = try read(files)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    /// The set in which `paper` has this `spec`, written in one line.
    static func set(_ spec: String, projectPolicy: String = projectPolicy) throws(ManifestErrors) -> ManifestSet {
        try read([("project.yaml", projectPolicy), ("paper.yaml", paper("  " + spec))]).set
    }
}

extension JSONValue {
    /// The document as bytes, as a text.
    var written: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
