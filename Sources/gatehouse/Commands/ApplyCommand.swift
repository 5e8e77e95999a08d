import HTTPClient
import JSON

extension Command {
    static let apply = Command(
        name: "apply", operands: "FILE…", summary: "Makes these manifests the whole desired state of a project.",
        options: [
            ManifestFiles.project,
            CommandOption("reason", "TEXT", "Why, for the audit.", hasVariable: false),
            CommandOption("dry-run", nil, "Tells what would change, and changes nothing.", hasVariable: false),
            CommandOption("supersede", nil, "Takes the place of a revision that waits.", hasVariable: false),
        ] + ServerCall.options
    ) { arguments, terminal in
        let manifests = try ManifestFiles(arguments)
        let path = ServerCall.path(
            ["v1", "projects", manifests.project, "manifests"],
            [
                ("dryRun", arguments.isOn("dry-run") ? "true" : nil),
                ("supersede", arguments.isOn("supersede") ? "true" : nil), ("reason", try arguments.text("reason")),
            ])
        let answer = try ServerCall(arguments, terminal).answer(
            "PUT", path, body: manifests.joined, type: "application/yaml")
        let document = try? JSONValue(parsing: answer.body, limits: JSONLimits(depth: 64, values: 1_000_000))
        guard (200...299).contains(answer.status), let document else {
            let findings = document?["errors"]?.array ?? []
            guard !findings.isEmpty else { throw ServerCall.Refusal(answer) }
            for finding in findings { terminal.complain(manifests.told(finding, as: "error")) }
            terminal.complain("gatehouse: '\(manifests.project)' was not changed [manifest.invalid]")
            return 1
        }
        guard !arguments.isOn("json") else {
            terminal.print(document.line)
            return 0
        }
        for change in document["diff"]?.array ?? [] { terminal.print(change.changeOfManifests) }
        for warning in document["warnings"]?.array ?? [] {
            terminal.complain(manifests.told(warning, as: "warning"))
        }
        terminal.print(summary(document))
        return 0
    }

    private static func summary(_ answer: JSONValue) -> String {
        let revision = "\(answer["project"]?.string ?? ""): revision \(answer["revision"]?.integer ?? 0)"
        let isPending = answer["state"]?.string == "pending"
        let isNew = answer["changed"]?.bool == true
        let count = answer["approvalsRequired"]?.integer ?? 0
        let needed = "\(count) \(count == 1 ? "approval" : "approvals") by others"
        guard answer["dryRun"]?.bool != true || !isNew else {
            return "\(revision) would " + (isPending ? "wait for \(needed)" : "be in force")
        }
        guard !isPending else { return "\(revision) waits for \(needed)" }
        return "\(revision) is in force" + (isNew ? "" : "; nothing changed")
    }
}
