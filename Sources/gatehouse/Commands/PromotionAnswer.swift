import JSON

/// A promotion, as a server tells of it.
struct PromotionAnswer {
    /// What was answered.
    let document: JSONValue

    /// Its name.
    var id: String { document["id"]?.string ?? "" }

    /// Whether nothing follows.
    var hasEnded: Bool { document["endedAt"] != nil }

    /// 0 it is what the Stage runs, 3 it is or was not let in, 4 that is not known yet, 1 it ended otherwise.
    var exitCode: Int32 {
        switch (document["phase"]?.string, document["code"]?.string) {
        case ("Succeeded", _): 0
        case ("Waiting", _), (_, "promotion.refused"), (_, "promotion.wait_expired"): 3
        default: hasEnded ? 1 : 4
        }
    }

    /// The line that programs read with `--json`, and people without, after its project where there are several.
    func told(_ arguments: ParsedArguments, in project: String? = nil) -> String {
        arguments.isOn("json") ? document.line : (project.map { $0 + "  " } ?? "") + text
    }

    /// The promotions that were at work when somebody stopped what they are in, a line each.
    static func inFlight(_ document: JSONValue) -> [String] {
        (document["inFlight"]?.array ?? []).compactMap(\.string).map { "at work  \($0)" }
    }

    /// What a person reads.
    var text: String {
        let times = [("next open", "nextOpen"), ("no longer than", "waitUntil")].map { name, member in
            hasEnded ? nil : document[member]?.string.map { "\(name) \($0)" }
        }
        let words = ["id", "phase", "code", "gate", "reason"].map { document[$0]?.string } + times
        return words.compactMap(\.self).joined(separator: "  ")
    }
}
