import JSON

extension JSONValue {
    /// What to do about a problem, for somebody at a terminal: the server speaks to those who write requests. `location`
    /// is what stands in the way, if the server names something.
    func hintForTerminals(at location: String?) -> String? {
        let clauses = (self["hint"]?.string ?? "").split(separator: "; ").map(String.init)
        let code = self["code"]?.string ?? ""
        if let words = location.flatMap({ Self.commands(for: code, at: $0) }) ?? commandsInstead[code] {
            return (clauses.filter { $0.hasPrefix("did you mean ") } + [words]).joined(separator: "; ")
        }
        let kept = clauses.filter { !$0.contains(/\b(GET|PUT|POST) \/|send -H|curl|query string/) }
        return kept.isEmpty ? nil : kept.joined(separator: "; ")
    }

    /// The commands that do something about what stands in the way.
    private static func commands(for code: String, at location: String) -> String? {
        let parts = location.split(separator: "/").map(String.init)
        guard parts.count == 5, parts[1] == "projects" else { return nil }
        let (project, id) = (parts[2], parts[4])
        return switch code {
        case "override.exists":
            """
            'gatehouse break-glass show \(project) \(id)' shows it, 'gatehouse break-glass approve \(project) \(id)' agrees to it, \
            'gatehouse break-glass revoke \(project) \(id) --reason TEXT' makes room for another; 'gatehouse promote' without \
            --break-glass uses it
            """
        case "promotion.exists":
            """
            'gatehouse waiting \(project)' tells what it waits for, \
            'gatehouse break-glass request \(project) STAGE FREIGHT --reason TEXT' lets it pass gates that are closed, \
            'gatehouse abort \(project) \(id) --reason TEXT' gives it up
            """
        default: nil
        }
    }
}

/// What commands do where the server's hint names a request.
private let commandsInstead = [
    "adjustment.not_found": "'gatehouse calendar adjustments ID' lists them",
    "calendar.not_found": "'gatehouse calendar list' lists them",
    "freeze.not_found": "'gatehouse freeze list' lists them",
    "freight.not_found": "'gatehouse freight list PROJECT --tag TAG' finds what was built; an ID has 40 digits",
    "override.not_found": "'gatehouse break-glass list PROJECT' lists it",
    "project.not_found": "'gatehouse apply' makes one",
    "promotion.not_found": "'gatehouse promotions PROJECT' lists them",
    "revision.not_found": "'gatehouse revisions PROJECT' lists them",
    "revision.pending": "approve or reject it, or say --supersede to put these manifests in its place",
    "store.outcome_unknown": "look whether it was done before you do it again",
    "token.not_found": "'gatehouse token list' lists them",
]
