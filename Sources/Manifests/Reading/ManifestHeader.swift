/// What a document of ours is.
enum ManifestKind: String, CaseIterable {
    case projectPolicy = "ProjectPolicy"
    case stagePolicy = "StagePolicy"
}

/// Whose a document is, and what.
enum DocumentKind {
    case ours(ManifestKind)
    case kargo(KargoKind)
}

extension Value {
    private static let version = "gatehouse.dev/v1"
    /// Kinds of ours that come later.
    private static let notYet = ["VerificationSuite"]

    /// What a document says it is; nothing where that cannot be read.
    func documentKind(_ findings: inout Findings) -> DocumentKind? {
        guard members != nil else {
            findings.refuse(place, "a manifest must be a mapping, not \(noun)", hint: "it begins with apiVersion")
            return nil
        }
        guard let version = said("apiVersion", hint: "write apiVersion: \(Self.version)", &findings),
            let kind = said("kind", hint: "write kind: StagePolicy or kind: ProjectPolicy", &findings),
            let versionText = version.text(&findings), let kindText = kind.text(&findings)
        else { return nil }
        if versionText.hasPrefix(KargoKind.group) {
            return KargoKind(version: version, versionText, kind: kind, kindText, &findings).map { .kargo($0) }
        }
        guard versionText == Self.version else {
            findings.refuse(
                version.place, "Gatehouse does not read \(quoted(kindText)) of \(quoted(versionText))",
                hint: versionText.hasPrefix("gatehouse.dev") ? "write \(Self.version)" : "leave it out")
            return nil
        }
        if let kind = ManifestKind(rawValue: kindText) { return .ours(kind) }
        if Self.notYet.contains(kindText) {
            findings.refuse(kind.place, "Gatehouse does not read a \(kindText) yet", hint: "leave it out")
        } else {
            findings.refuse(
                kind.place, "\(quoted(kindText)) is no kind of \(Self.version)",
                hint: suggestion(for: kindText, among: ManifestKind.allCases.map(\.rawValue)))
        }
        return nil
    }

    private func said(_ name: String, hint: String, _ findings: inout Findings) -> Value? {
        if let value = self[name] { return value }
        findings.refuse(place.field(name), "'\(name)' is missing", hint: hint)
        return nil
    }
}

/// What every document of ours has.
struct ManifestHeader {
    /// Fields that a cluster and its tools write.
    static let madeByOthers = [
        "labels", "annotations", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields",
    ]

    let name: String
    let namePlace: Place
    let spec: Value

    /// Reads the header of a document that belongs to the project.
    init?(_ document: Value, project: String, _ findings: inout Findings) {
        // A cluster's `status` is nobody's to write.
        let known = ["apiVersion", "kind", "metadata", "spec", "status"]
        guard let fields = Fields(document, named: known, &findings) else { return nil }
        let spec = fields.required("spec", &findings)
        guard let metadata = fields.required("metadata", hint: "it has name and namespace", &findings),
            let named = Fields(metadata, named: ["name", "namespace"] + Self.madeByOthers, &findings)
        else { return nil }
        let nameValue = named.required("name", &findings)
        let name = nameValue?.label(&findings)
        let space = named.required("namespace", hint: "write namespace: \(project)", &findings)
        let belongs = space.map { Self.belongs($0, to: project, &findings) } ?? false
        guard let spec, let nameValue, let name, belongs else { return nil }
        (self.name, namePlace, self.spec) = (name, nameValue.place, spec)
    }

    static func belongs(_ namespace: Value, to project: String, _ findings: inout Findings) -> Bool {
        guard let label = namespace.label(&findings) else { return false }
        guard label == project else {
            findings.refuse(
                namespace.place, "\(quoted(label)) is another project: these manifests are of \(quoted(project))",
                hint: "write namespace: \(project)")
            return false
        }
        return true
    }
}
