import JSON

extension JSONValue {
    /// What to do about a problem, for somebody at a terminal: the server speaks to those who write requests.
    var hintForTerminals: String? {
        if let words = self["code"]?.string.flatMap({ commandsInstead[$0] }) { return words }
        let clauses = (self["hint"]?.string ?? "").split(separator: "; ").filter { clause in
            !clause.contains(/\b(GET|PUT|POST) \/|send -H|curl|query string/)
        }
        return clauses.isEmpty ? nil : clauses.joined(separator: "; ")
    }
}

/// What commands do where the server's hint names a request.
private let commandsInstead = [
    "adjustment.not_found": "'gatehouse calendar adjustments ID' lists them",
    "calendar.not_found": "'gatehouse calendar list' lists them",
    "freeze.not_found": "'gatehouse freeze list' lists them",
    "freight.not_found": "'gatehouse freight list PROJECT --tag TAG' finds what was built; an ID has 40 digits",
    "override.exists": "'gatehouse break-glass list PROJECT' shows it",
    "override.not_found": "'gatehouse break-glass list PROJECT' lists it",
    "project.not_found": "'gatehouse apply' makes one",
    "promotion.exists": "'gatehouse waiting PROJECT' tells what it waits for",
    "promotion.not_found": "'gatehouse promotions PROJECT' lists them",
    "revision.not_found": "'gatehouse revisions PROJECT' lists them",
    "revision.pending": "approve or reject it, or say --supersede to put these manifests in its place",
    "store.outcome_unknown": "look whether it was done before you do it again",
    "token.not_found": "'gatehouse token list' lists them",
]
