import JSON
import Time

/// A project's pipeline as lines of text.
struct PipelineDrawing {
    private static let width = 80
    private static let indent = 12

    private(set) var lines: [String] = []
    private let freight: [String: JSONValue]

    init(_ status: PipelineStatus) {
        freight = status.freight
        let project = status.project
        var title = "\(project["name"]?.string ?? ""), revision \(project["revision"]?.integer ?? 0)"
        if project["orchestrator"]?.string == "kargo" { title += ", moved by Kargo" }
        if project["drill"]?.bool == true { title += ", in a drill" }
        lines.append(title)
        for warehouse in status.failing { draw(failing: warehouse) }
        for stage in status.stages { draw(stage) }
    }

    /// The first of what cannot be found out; usually the others are for the same reason.
    private mutating func draw(failing warehouse: JSONValue) {
        let errors = (warehouse["subscriptions"]?.array ?? []).compactMap { $0["error"] }
        lines += ["", text(warehouse, "name")]
        guard let first = errors.first else { return add("fails", "\(warehouse["failures"]?.integer ?? 0) times") }
        add("fails", "since \(text(first, "since")): \(text(first, "message"))")
        if errors.count > 1 {
            add("", "and \(errors.count - 1) more of its \(warehouse["subscriptions"]?.array?.count ?? 0)")
        }
    }

    private mutating func draw(_ stage: PipelineStatus.Stage) {
        let document = stage.document
        let sources = stage.sources.isEmpty ? "" : stage.sources.joined(separator: ", ") + " → "
        let isPromoted = document["autoPromotion"]?.bool == true
        lines += ["", sources + stage.name + (isPromoted ? ", by itself" : "")]
        drawGate(stage.gate)
        drawPolicy(stage.policy)
        if let disabled = document["disabled"] {
            let until = disabled["until"]?.string.map { " until \($0)" } ?? ""
            add(
                "disabled",
                "by \(text(disabled, "by")) since \(text(disabled, "at"))\(until): \(text(disabled, "reason"))")
        }
        for hold in document["holds"]?.array ?? [] {
            let since = hold["at"]?.string.map { " since \($0)" } ?? ""
            add("held", "\(text(hold, "warehouse")), by \(text(hold, "by"))\(since): \(text(hold, "reason"))")
        }
        let current = document["current"]?.array ?? []
        if current.isEmpty { add("runs", "nothing yet") }
        for place in current {
            add("runs", "\(name(of: place)) since \(text(place, "since"))")
            guard let rejected = freight[text(place, "freight")]?["rejected"] else { continue }
            add("", "\(text(rejected, "by")) rejected it: \(text(rejected, "reason"))")
        }
        for promotion in document["promotions"]?.array ?? [] { draw(promotion: promotion) }
    }

    private mutating func drawGate(_ gate: GateAnswer) {
        guard let decision = gate.document, let verdict = decision["verdict"]?.string else {
            add("unknown", gate.text)
            return
        }
        guard verdict != "open" else {
            add("open", Self.time(decision, "nextClose").map { "until \($0)" } ?? "")
            return
        }
        add(verdict, text(decision, "reason"))
        // Where the clock says yes already, it is something else that keeps it closed.
        guard let wait = gate.untilNextOpen, wait > .seconds(0), let next = Self.time(decision, "nextOpen") else {
            return
        }
        add("", "next open \(next)")
    }

    /// What a policy asks of each Freight, and whether it only observes.
    private mutating func drawPolicy(_ policy: JSONValue?) {
        let ofFreight = (policy?["gates"]?.array ?? []).filter { gate in
            ["approval", "soak", "verification"].contains(gate["kind"]?.string ?? "")
        }
        if !ofFreight.isEmpty {
            add("asks for", ofFreight.map { "\(text($0, "name")) (\(text($0, "kind")))" }.joined(separator: ", "))
        }
        if policy?["enforcement"]?.string == "observe" { add("observes", "what is closed lets everything pass") }
    }

    private mutating func draw(promotion: JSONValue) {
        let phase = text(promotion, "phase")
        let word = phase == "Waiting" || phase == "Pending" ? "waits" : phase.lowercased()
        let asker = promotion["requestedBy"]?.string.map { ", for \($0)" } ?? ", by itself"
        add(word, "\(name(of: promotion))\(asker), since \(text(promotion, "requestedAt"))")
        if let reason = promotion["reason"]?.string { add("", reason) }
        if let until = promotion["waitUntil"]?.string { add("", "no longer than \(until)") }
    }

    /// What people call a Freight, and the version that all of its artifacts have, or some of them.
    private func name(of place: JSONValue) -> String {
        let id = text(place, "freight")
        guard let found = freight[id] else { return id }
        let versions = FreightAnswer(document: found).versions
        let shown = versions.prefix(3).joined(separator: ", ") + (versions.count > 3 ? ", …" : "")
        return "\(found["alias"]?.string ?? id) (\(shown))"
    }

    private func text(_ document: JSONValue, _ name: String) -> String { document[name]?.string ?? "" }

    /// A time by the Stage's clocks and in UTC; nothing where there is none.
    private static func time(_ decision: JSONValue, _ name: String) -> String? {
        guard let utc = decision[name]?.string else { return nil }
        return decision[name + "Local"]?.string.map { "\($0) (\(utc))" } ?? utc
    }

    /// Adds a text after a word, in as many lines as it takes.
    private mutating func add(_ word: String, _ text: String) {
        var line = "  " + word
        line += String(repeating: " ", count: max(Self.indent - line.count, 1))
        var isEmpty = true
        for part in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + part.count > Self.width {
                lines.append(line)
                line = String(repeating: " ", count: Self.indent)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + part
            isEmpty = false
        }
        while line.last == " " { line.removeLast() }
        lines.append(line)
    }
}
