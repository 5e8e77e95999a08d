import JSON

extension Command {
    static let status = Command(
        name: "status", operands: "[PROJECT]",
        summary: "Draws a project's pipeline, or every one: what each Stage runs, what waits, and whether it is open.",
        options: ServerCall.options
    ) { arguments, terminal in
        let call = try ServerCall(arguments, terminal)
        var names: [String] = []
        if let project = try arguments.atMost("PROJECT") {
            names = [project]
        } else {
            try call.forEach("projects", of: "/v1/projects") { project in
                if let name = project["name"]?.string { names.append(name) }
            }
        }
        if names.isEmpty { terminal.complain("there is no project; 'gatehouse apply' makes one") }
        for (index, name) in names.enumerated() {
            let status = try PipelineStatus(of: name, call)
            if arguments.isOn("json") {
                terminal.print(status.document.line)
            } else {
                terminal.print((index == 0 ? "" : "\n") + PipelineDrawing(status).lines.joined(separator: "\n"))
            }
        }
        return 0
    }
}
