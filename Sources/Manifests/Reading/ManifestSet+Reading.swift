public import JSON
import YAML

extension ManifestSet {
    /// Reads the manifests of a project, YAML or JSON of any number of documents, with what should be known about them;
    /// refuses them with all errors at once. Of a world that is given they must speak rightly, too.
    public static func read(
        files: [(name: String, bytes: [UInt8])], project: String, in world: ManifestWorld? = nil
    ) throws(ManifestErrors) -> (set: ManifestSet, warnings: [ManifestFinding]) {
        var reader = SetReader(project: project, in: world)
        reader.read(files)
        return (try reader.finish(), reader.findings.warnings)
    }

    /// The project that manifests say they are of: their ProjectPolicy, else the first of them that says so.
    public static func project(of files: [(name: String, bytes: [UInt8])]) -> String? {
        let documents = files.flatMap { file in
            ((try? YAMLDocument.parse(file.bytes, limits: YAMLLimits(documents: ManifestLimits.documents))) ?? [])
                .map { Value($0, file: file.name) }
        }
        let policy = documents.first { $0["kind"]?.written == ManifestKind.projectPolicy.rawValue }
        let said = policy?["metadata"]?["name"] ?? documents.lazy.compactMap { $0["metadata"]?["namespace"] }.first
        return said.map(\.written).flatMap { isLabel($0) ? $0 : nil }
    }

    /// Reads back what `canonicalJSON` has made.
    public init(canonical document: JSONValue) throws(ManifestErrors) {
        let root = Value(stored: document)
        var reader = SetReader(project: root["project"]?.written ?? "")
        reader.read(stored: root)
        self = try reader.finish()
    }
}
