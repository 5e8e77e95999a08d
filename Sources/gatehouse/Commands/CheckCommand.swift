import Connectors
import Engine
import Manifests
import Time
import TimeZones

extension Command {
    static let check = Command(
        name: "check", operands: "[FILE…]",
        summary: "Reads manifests, or the file of those who are told what happens, as a server would, without one.",
        options: [
            ManifestFiles.project,
            CommandOption("notify", "FILE", "The file that 'serve --notify' is given.", hasVariable: false),
            CommandOption("try", nil, "Sends a message that says it is a trial to each in it.", hasVariable: false),
        ]
    ) { arguments, terminal in
        let file = arguments.value("notify")
        guard file != nil || !arguments.isOn("try") else {
            throw UsageError(description: "--try belongs to --notify")
        }
        let receivers = try file.map { try OutsideOptions.notified(by: $0, isDrill: false) }
        if let receivers {
            let code = checkReceivers(receivers, isTried: arguments.isOn("try"), terminal)
            if code != 0 || arguments.operands.isEmpty { return code }
        }
        let manifests = try ManifestFiles(arguments)
        // Calendars that were loaded into a server are not known here.
        let world = ManifestWorld(
            calendars: BuiltInCalendars.names, hasAllCalendars: false, zones: .forThisMachine(),
            now: .ofThisMachine(), outside: .init(refusal: { $0.refusal }))
        do throws(ManifestErrors) {
            let read = try ManifestSet.read(files: manifests.files, project: manifests.project, in: world)
            for warning in read.warnings { terminal.complain(warning.line("warning")) }
            for doubt in receivers?.doubts(about: read.set.project) ?? [] { terminal.complain("warning: \(doubt)") }
            terminal.print("\(read.set.project): \(read.set.stagePolicies.count) stages, no errors")
            return 0
        } catch {
            for finding in error.errors { terminal.complain(finding.line("error")) }
            if error.omitted > 0 { terminal.complain("and \(error.omitted) more") }
            return 1
        }
    }

    private static func checkReceivers(
        _ receivers: NotificationReceivers, isTried: Bool, _ terminal: Terminal
    ) -> Int32 {
        for doubt in receivers.doubts { terminal.complain("warning: \(doubt)") }
        for receiver in receivers.summaries where !isTried {
            terminal.print("\(receiver.name)  is told of \(receiver.codes) kinds of events")
        }
        guard isTried else { return 0 }
        var code: Int32 = 0
        receivers.tryEach(at: .ofThisMachine()) { name, failure in
            if let failure {
                terminal.complain("\(name): \(failure)")
                code = 1
            } else {
                terminal.print("\(name)  was told")
            }
        }
        return code
    }
}

extension ManifestFinding {
    /// The finding in one line, as compilers write it, with what it is.
    fileprivate func line(_ kind: String) -> String {
        let field = path.isEmpty ? "" : path + ": "
        return "\(file):\(line):\(column): \(kind): \(field)\(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
