import JSON

/// Break-glass, as a server tells of it.
struct OverrideAnswer {
    /// What was answered.
    let document: JSONValue

    /// The reason of what would keep the Freight out even so; nothing if nothing does, or nobody asked.
    var whatStaysClosed: String? {
        guard let decision = document["decision"], decision["allowed"]?.bool == false else { return nil }
        return decision["reason"]?.string
    }

    /// One line for a person.
    var text: String {
        let words: [String?] = [
            document["id"]?.string, document["state"]?.string, document["stage"]?.string,
            document["freight"]?.string.map { String($0.prefix(7)) }, bypasses, document["requestedBy"]?.string,
            missing, document["expiresAt"]?.string.map { "until \($0)" },
            document["promotion"]?.string.map { "only for \($0)" }, review, document["justification"]?.string,
        ]
        return words.compactMap(\.self).joined(separator: "  ")
    }

    /// All of it for a person, a line for each thing that happened.
    var whole: String {
        var lines = [text]
        func add(_ what: String, _ value: JSONValue?, _ names: String...) {
            guard let value, value != .null else { return }
            let words = names.compactMap { value[$0]?.string }
            if !words.isEmpty { lines.append(([what] + words).joined(separator: "  ")) }
        }
        add("freight", document, "freight")
        add("only for", document, "promotion")
        add("ticket", document, "ticket")
        add("requested", document, "requestedBy", "requestedAt")
        for agreement in document["approvals"]?.array ?? [] { add("agreed", agreement, "by", "at", "note") }
        add("used", document, "consumedBy", "consumedAt")
        add("review due", document["review"] == nil ? document : nil, "reviewDueAt")
        add("ended", document, "endedBy", "endedAt", "endedWhy")
        add("reviewed", document["review"], "by", "at", "outcome", "note")
        return lines.joined(separator: "\n")
    }

    private var bypasses: String? {
        document["bypasses"]?.array?.compactMap(\.string).joined(separator: ",")
    }

    /// What has become of the look at its use.
    private var review: String? {
        if let outcome = document["review"]?["outcome"]?.string { return "reviewed: \(outcome)" }
        return document["reviewDueAt"]?.string.map { due in
            document["reviewOverdue"]?.bool == true ? "review overdue since \(due)" : "waits for a review until \(due)"
        }
    }

    /// How many have yet to agree, while somebody can.
    var missing: String? {
        guard document["state"]?.string == "requested" else { return nil }
        let needed = document["approvalsRequired"]?.integer ?? 0
        return "\(document["approvals"]?.array?.count ?? 0) of \(needed) agreed"
    }
}
