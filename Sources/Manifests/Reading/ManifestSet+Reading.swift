public import JSON

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

    /// Reads back what `canonicalJSON` has made.
    public init(canonical document: JSONValue) throws(ManifestErrors) {
        let root = Value(stored: document)
        var reader = SetReader(project: root["project"]?.written ?? "")
        reader.read(stored: root)
        self = try reader.finish()
    }
}
