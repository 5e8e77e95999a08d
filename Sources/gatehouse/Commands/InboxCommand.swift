import JSON

extension Command {
    static let inbox = Command(
        name: "inbox", operands: "", summary: "Shows what waits for you, the oldest first.", options: ServerCall.options
    ) { arguments, terminal in
        _ = try arguments.named()
        try ServerCall(arguments, terminal).forEach("inbox", of: "/v1/inbox") { item in
            terminal.print(arguments.isOn("json") ? item.line : InboxItem(document: item).text)
        }
        return 0
    }
}

/// Something that waits for somebody, as a server tells of it.
private struct InboxItem {
    let document: JSONValue

    /// One line, which ends with what to type.
    var text: String {
        let words: [String?] = [
            self["since"], self["kind"], place, freight,
            document["gates"]?.array?.compactMap(\.string).joined(separator: ","), self["requestedBy"],
            self["due"].map { "\(document["overdue"]?.bool == true ? "overdue since" : "until") \($0)" },
            self["reason"], command,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }

    private subscript(_ name: String) -> String? { document[name]?.string }

    private var place: String {
        [self["project"], self["stage"] ?? self["calendar"]].compactMap(\.self).joined(separator: "/")
    }

    private var freight: String? { self["alias"] ?? self["freight"] }

    private var command: String? {
        let (project, id) = (self["project"] ?? "", self["id"] ?? "")
        return switch self["kind"] {
        case "approval":
            "gatehouse freight approve \(project) \(freight ?? "") --stage \(self["stage"] ?? "") --note TEXT"
        case "override": "gatehouse break-glass approve \(project) \(id)"
        case "review": "gatehouse break-glass review \(project) \(id) --outcome WORD --note TEXT"
        case "revision": "gatehouse approve revision \(project) \(id)"
        case "adjustment": "gatehouse calendar approve \(self["calendar"] ?? "") \(id)"
        default: self["act"].map { "POST \($0)" }
        }
    }
}
