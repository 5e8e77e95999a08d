import JSON
import Promotions
import YAML

/// Reads documents one after another into the policies of a project.
struct SetReader {
    let project: String
    private(set) var findings: Findings
    private var projectPolicy: ProjectPolicy?
    private var projectPolicyPlace: Place?
    private var hasProjectPolicy = false
    private var stagePolicies: [StagePolicy] = []
    private var stagePlaces: [String: Place] = [:]
    private var deployments: [Deployment] = []
    private var kargoDocuments: [(kind: KargoKind, document: Value)] = []
    private var kargo = KargoReader()
    private var hasUnread = false
    private var documents = 0
    private var emptyFiles: [String] = []

    /// What a Stage deploys, and where that is said.
    private struct Deployment {
        let application: String
        let stage: String
        let place: Place
    }

    init(project: String, in world: ManifestWorld? = nil) {
        self.project = project
        findings = Findings(in: world)
    }

    /// Reads all documents of all files.
    mutating func read(_ files: [(name: String, bytes: [UInt8])]) {
        let start = Place(file: files.first?.name ?? "manifests", line: 1, column: 1, path: "")
        guard files.count <= ManifestLimits.documents else {
            findings.refuse(start, "there are \(files.count) files; \(ManifestLimits.documents) is the most")
            return
        }
        let size = files.reduce(0) { $0 + $1.bytes.count }
        guard size <= ManifestLimits.bytes else {
            findings.refuse(start, "the manifests have \(size) bytes; \(ManifestLimits.bytes) is the most")
            return
        }
        for file in files { read(file.bytes, of: file.name) }
        readKargo()
        tellOfEmptyFiles(isNothingElse: emptyFiles.count == files.count)
        // What cannot be read may hold the policy.
        if !hasProjectPolicy, findings.refusal == nil {
            findings.refuse(
                start, "no document is the ProjectPolicy of \(quoted(project))",
                hint: "add one, with spec: {orchestrator: gatehouse}")
        }
        warnOfDeployments()
    }

    /// The policies, or all that is wrong with them.
    func finish() throws(ManifestErrors) -> ManifestSet {
        if let refusal = findings.refusal { throw refusal }
        guard let projectPolicy else { throw ManifestErrors(errors: [], omitted: 0) }
        return ManifestSet(
            projectPolicy: projectPolicy, stagePolicies: stagePolicies, warehouses: kargo.warehouses,
            stages: kargo.stages)
    }

    private mutating func read(_ bytes: [UInt8], of file: String) {
        do throws(YAMLError) {
            let limits = YAMLLimits(documents: ManifestLimits.documents)
            var isEmpty = true
            for node in try YAMLDocument.parse(bytes, limits: limits) {
                documents += 1
                let document = Value(node, file: file)
                guard documents <= ManifestLimits.documents else {
                    findings.refuse(document.place, "more than \(ManifestLimits.documents) documents")
                    return
                }
                // A separator with nothing behind it is no mistake.
                guard document.scalar != .null else { continue }
                isEmpty = false
                read(document)
            }
            if isEmpty { emptyFiles.append(file) }
        } catch {
            hasUnread = true
            findings.refuse(Place(file: file, line: error.line, column: error.column, path: ""), error.message)
        }
    }

    /// Beside others an empty file is no mistake, but hardly what was meant.
    private mutating func tellOfEmptyFiles(isNothingElse: Bool) {
        let message = "there is no manifest here: the file is empty, or has only comments"
        for file in emptyFiles {
            let start = Place(file: file, line: 1, column: 1, path: "")
            if isNothingElse {
                findings.refuse(start, message, hint: "a manifest begins with apiVersion: gatehouse.dev/v1")
            } else {
                findings.warn(start, message)
            }
        }
    }

    private mutating func read(_ document: Value) {
        let kind: ManifestKind
        switch document.documentKind(&findings) {
        case nil:
            hasUnread = true
            return
        case .kargo(let kind): return kargoDocuments.append((kind, document))
        case .ours(let ours): kind = ours
        }
        if kind == .projectPolicy { hasProjectPolicy = true }
        guard let header = ManifestHeader(document, project: project, &findings) else {
            hasUnread = true
            return
        }
        switch kind {
        case .projectPolicy: readProjectPolicy(header)
        case .stagePolicy: readStagePolicy(header)
        }
    }

    /// Reads what is Kargo's, when it is known who moves releases on.
    private mutating func readKargo() {
        findings.orchestrator = projectPolicy?.orchestrator
        for (kind, document) in kargoDocuments { kargo.read(kind, document, project: project, &findings) }
        // A document that has no use here is not read either, but hides nothing.
        let isWhole = !hasUnread || findings.refusal == nil
        kargo.finish(isWhole: isWhole, policies: stagePolicies, at: stagePlaces, &findings)
    }

    private mutating func readProjectPolicy(_ header: ManifestHeader) {
        guard header.name == project else {
            findings.refuse(
                header.namePlace, "a ProjectPolicy has the name of its project, \(quoted(project))",
                hint: "write name: \(project)")
            return
        }
        if let first = projectPolicyPlace {
            findings.refuse(
                header.namePlace, "\(quoted(project)) has a ProjectPolicy already, at \(first.text)",
                hint: "remove one of the two")
            return
        }
        projectPolicyPlace = header.namePlace
        projectPolicy = header.spec.projectPolicy(of: project, &findings)
    }

    private mutating func readStagePolicy(_ header: ManifestHeader) {
        if let first = stagePlaces[header.name] {
            findings.refuse(
                header.namePlace, "the Stage \(quoted(header.name)) has a policy already, at \(first.text)",
                hint: "remove one of the two")
            return
        }
        stagePlaces[header.name] = header.namePlace
        guard let policy = header.spec.stagePolicy(of: header.name, &findings) else { return }
        add(policy, from: header.spec)
    }

    private mutating func add(_ policy: StagePolicy, from spec: Value) {
        stagePolicies.append(policy)
        if policy.enforcement == .observe, let enforcement = spec["enforcement"] {
            findings.warn(enforcement.place, "the gates of \(quoted(policy.stage)) stop nothing: they only observe")
        }
        guard let deploy = policy.deploy, let argocd = spec["deploy"]?["argocd"] else { return }
        let place = argocd["application"]?.place ?? argocd.place
        if let other = deployments.first(where: { $0.application == deploy.application }) {
            findings.refuse(
                place, "the Stage \(quoted(other.stage)) deploys this Application already, at \(other.place.text)",
                hint: "an Application belongs to one Stage")
            return
        }
        deployments.append(Deployment(application: deploy.application, stage: policy.stage, place: place))
    }

    private mutating func warnOfDeployments() {
        guard projectPolicy?.orchestrator == .kargo else { return }
        for deployment in deployments {
            findings.warn(
                deployment.place, "Gatehouse deploys nothing in this project: Kargo moves its releases on",
                hint: "of deploy only the timeout counts here")
        }
    }
}

extension SetReader {
    /// Reads a stored revision.
    mutating func read(stored root: Value) {
        findings.isStored = true
        guard let fields = Fields(root, named: ["project", "projectPolicy", "stages", "kargo"], &findings),
            let project = fields.required("project", &findings)?.label(&findings),
            let stages = fields.required("stages", &findings)
        else { return }
        projectPolicy = fields.required("projectPolicy", &findings)?.projectPolicy(of: project, &findings)
        guard let members = stages.members else {
            findings.refuse(stages.place, "must be a mapping, not \(stages.noun)")
            return
        }
        for (stage, _, spec) in members {
            guard let policy = spec.stagePolicy(of: stage, &findings) else { continue }
            add(policy, from: spec)
        }
        findings.orchestrator = projectPolicy?.orchestrator
        if let kargo = fields["kargo"] { self.kargo.read(stored: kargo, &findings) }
    }
}
