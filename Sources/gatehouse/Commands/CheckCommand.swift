import Connectors
import Engine
import Manifests
import Time
import TimeZones

extension Command {
    static let check = Command(
        name: "check", operands: "FILE…", summary: "Reads manifests as a server would, without one.",
        options: [ManifestFiles.project]
    ) { arguments, terminal in
        let manifests = try ManifestFiles(arguments)
        // Calendars that were loaded into a server are not known here.
        let world = ManifestWorld(
            calendars: BuiltInCalendars.names, hasAllCalendars: false, zones: .forThisMachine(),
            now: .ofThisMachine(), outside: .init(refusal: { $0.refusal }))
        do throws(ManifestErrors) {
            let read = try ManifestSet.read(files: manifests.files, project: manifests.project, in: world)
            for warning in read.warnings { terminal.complain(warning.line("warning")) }
            terminal.print("\(read.set.project): \(read.set.stagePolicies.count) stages, no errors")
            return 0
        } catch {
            for finding in error.errors { terminal.complain(finding.line("error")) }
            if error.omitted > 0 { terminal.complain("and \(error.omitted) more") }
            return 1
        }
    }
}

extension ManifestFinding {
    /// The finding in one line, as compilers write it, with what it is.
    fileprivate func line(_ kind: String) -> String {
        let field = path.isEmpty ? "" : path + ": "
        return "\(file):\(line):\(column): \(kind): \(field)\(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
