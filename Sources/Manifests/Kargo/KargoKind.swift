/// The kinds of Kargo's that are read beside ours.
enum KargoKind: String, CaseIterable {
    case project = "Project"
    case projectConfig = "ProjectConfig"
    case warehouse = "Warehouse"
    case stage = "Stage"

    static let group = "kargo.akuity.io/"
    private static let version = "kargo.akuity.io/v1alpha1"
    /// What only Kargo has a use for.
    private static let kargosAlone: Set<String> = ["PromotionTask", "ClusterPromotionTask", "ClusterConfig"]
    /// What happens, and is no manifest.
    private static let happenings: Set<String> = ["Freight", "Promotion", "PromotionRequest", "Target"]

    /// What a document of Kargo's is; nothing where it is not read, which has been told.
    init?(version: Value, _ versionText: String, kind: Value, _ kindText: String, _ findings: inout Findings) {
        guard versionText == Self.version else {
            findings.refuse(
                version.place, "Gatehouse does not read \(quoted(kindText)) of \(quoted(versionText))",
                hint: "write \(Self.version)")
            return nil
        }
        if let known = KargoKind(rawValue: kindText) {
            self = known
            return
        }
        if Self.kargosAlone.contains(kindText) {
            findings.warn(kind.place, "Gatehouse has no use for a \(kindText): nothing of it is kept")
        } else if Self.happenings.contains(kindText) {
            findings.refuse(kind.place, "a \(kindText) comes about, and is no manifest", hint: "leave it out")
        } else {
            findings.refuse(
                kind.place, "\(quoted(kindText)) is no kind of \(Self.version)",
                hint: suggestion(for: kindText, among: Self.allCases.map(\.rawValue)))
        }
        return nil
    }
}

/// What every document of Kargo's has.
struct KargoHeader {
    /// Fields that a cluster and its tools write.
    private static let madeByOthers =
        ManifestHeader.madeByOthers + [
            "finalizers", "ownerReferences", "selfLink", "generateName", "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ]

    let name: String
    let namePlace: Place
    let annotations: Value?
    let spec: Value?

    /// Reads the header of a document that belongs to the project.
    init?(_ document: Value, kind: KargoKind, project: String, _ findings: inout Findings) {
        let known = ["apiVersion", "kind", "metadata", "spec", "status"]
        guard let fields = Fields(document, named: known, others: .told, &findings) else { return nil }
        spec = fields["spec"]
        guard let metadata = fields.required("metadata", hint: "it has name and namespace", &findings),
            let named = Fields(
                metadata, named: ["name", "namespace"] + Self.madeByOthers, others: .told, &findings),
            let nameValue = named.required("name", &findings), let name = nameValue.label(&findings),
            Self.belongs(named, kind, to: project, &findings)
        else { return nil }
        (self.name, namePlace) = (name, nameValue.place)
        annotations = named["annotations"]
    }

    private static func belongs(
        _ metadata: Fields, _ kind: KargoKind, to project: String, _ findings: inout Findings
    ) -> Bool {
        // A Project is the namespace, and stands in none.
        guard kind != .project else { return true }
        guard let space = metadata["namespace"] else {
            findings.warn(
                metadata.place(of: "namespace"), "'namespace' is missing: kubectl takes the one that it is set to",
                hint: "write namespace: \(project)")
            return true
        }
        return ManifestHeader.belongs(space, to: project, &findings)
    }
}
