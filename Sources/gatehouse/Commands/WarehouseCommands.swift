import HTTPClient
import JSON
import Time

extension Command {
    static let warehouseList = Command(
        name: "warehouse list", operands: "PROJECT",
        summary: "Lists the Warehouses of a project, and how looking at them goes.",
        options: ServerCall.options
    ) { arguments, terminal in
        let project = try arguments.named("PROJECT")[0]
        let path = ServerCall.path(["v1", "projects", project, "warehouses"])
        try ServerCall(arguments, terminal).forEach("warehouses", of: path) { warehouse in
            terminal.print(arguments.isOn("json") ? warehouse.line : line(warehouse))
        }
        return 0
    }

    static let warehouseShow = Command(
        name: "warehouse show", operands: "PROJECT WAREHOUSE",
        summary: "Shows what a Warehouse looks for, what it found, and what is missing.", options: ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "WAREHOUSE")
        let path = ServerCall.path(["v1", "projects", operands[0], "warehouses", operands[1]])
        guard let warehouse = try ServerCall(arguments, terminal).send("GET", path) else { return 1 }
        show(warehouse, arguments, terminal)
        return 0
    }

    static let warehouseRefresh = Command(
        name: "warehouse refresh", operands: "PROJECT WAREHOUSE",
        summary: "Lets a Warehouse be looked at now; ends with 1 if something of it could not be found out.",
        options: [
            CommandOption(
                "wait", "DURATION", "Waits for what is found, at most 30s; 0s does not. 20s if nothing is said.",
                hasVariable: false)
        ] + ServerCall.options
    ) { arguments, terminal in
        let operands = try arguments.named("PROJECT", "WAREHOUSE")
        let wait = try arguments.span("wait") ?? .seconds(20)
        let path = ServerCall.path(
            ["v1", "projects", operands[0], "warehouses", operands[1], "refresh"],
            [("wait", wait > .seconds(0) ? wait.text : nil)])
        let answer = try ServerCall(arguments, terminal).answer(
            "POST", path, timeoutMilliseconds: Int(wait.microseconds / 1_000) + 15_000)
        guard (200...299).contains(answer.status) else {
            throw ServerCall.Refusal(answer)
        }
        let found = try JSONValue(parsing: answer.body)
        guard answer.status == 200 else {
            terminal.print(arguments.isOn("json") ? found.line : "look \(found["look"]?.integer ?? 0) was asked for")
            return 0
        }
        show(found, arguments, terminal)
        return found["failures"]?.integer == 0 ? 0 : 1
    }

    private static func show(_ warehouse: JSONValue, _ arguments: ParsedArguments, _ terminal: Terminal) {
        guard !arguments.isOn("json") else {
            terminal.print(warehouse.line)
            return
        }
        terminal.print(line(warehouse))
        for subscription in warehouse["subscriptions"]?.array ?? [] {
            let newest = subscription["candidates"]?.array?.first
            let words = [
                subscription["kind"], subscription["repoURL"], newest?["tag"], newest?["branch"], newest?["digest"],
                subscription["error"]?["message"],
            ]
            terminal.print(words.compactMap { $0?.string }.joined(separator: "  "))
        }
        for set in warehouse["incompleteSets"]?.array ?? [] {
            let words = ["incomplete", set["key"]?.string, "since", set["since"]?.string, "lacks", set.list("missing")]
            terminal.print(words.compactMap(\.self).joined(separator: "  "))
        }
        for moved in warehouse["movedTags"]?.array ?? [] {
            let words = ["repoURL", "tag", "from", "to", "at"].compactMap { moved[$0]?.string }
            terminal.print((["moved"] + words).joined(separator: "  "))
        }
    }

    private static func line(_ warehouse: JSONValue) -> String {
        let failures = warehouse["failures"]?.integer ?? 0
        let words: [String?] = [
            warehouse["name"]?.string, "every \(warehouse["interval"]?.string ?? "")",
            warehouse["polled"]?.bool == true ? nil : "Kargo looks",
            warehouse["lookedAt"]?.string.map { "looked at \($0)" },
            warehouse["nextLookAt"]?.string.map { "next at \($0)" }, failures > 0 ? "failed \(failures)×" : nil,
            warehouse["freight"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
