import YAML

extension Value {
    /// What a `promotionTemplate` does; nothing where it has no steps.
    func promotionSteps(_ findings: inout Findings) -> WrittenStage.Steps? {
        guard let outer = Fields(self, named: ["spec"], others: .told, &findings),
            let spec = outer.required("spec", &findings),
            let fields = Fields(spec, named: ["steps", "vars"], others: .told, &findings),
            let list = fields["steps"], let elements = list.list(maximum: ManifestLimits.steps, &findings)
        else { return nil }
        var names: [String] = []
        var images: [(repository: String, place: Place)] = []
        for element in elements {
            guard let name = element.promotionStep(&findings) else { continue }
            if !names.contains(name) { names.append(name) }
            element["config"]?.collectImages(into: &images)
        }
        return elements.isEmpty ? nil : WrittenStage.Steps(names: names, place: list.place, images: images)
    }

    /// What a step is called.
    private func promotionStep(_ findings: inout Findings) -> String? {
        let known = ["uses", "task", "as", "if", "continueOnError", "retry", "vars", "config"]
        guard let fields = Fields(self, named: known, others: .told, &findings) else { return nil }
        switch (fields["uses"], fields["task"]) {
        case (let uses?, nil): return uses.text(&findings)
        case (nil, let task?): return task["name"]?.text(&findings)
        case (_, let task?):
            findings.refuse(task.place, "Kargo refuses a step with both uses and task", hint: "remove one of the two")
        case (nil, nil):
            findings.refuse(place, "the step does nothing", hint: "write uses or task")
        }
        return nil
    }

    /// Images that a step names: in `imageFrom("…")`, and as `image` in lists of images.
    private func collectImages(into images: inout [(repository: String, place: Place)]) {
        if case .string(let text)? = scalar {
            for call in text.split(separator: "imageFrom(", omittingEmptySubsequences: false).dropFirst() {
                let argument = call.drop { $0 == " " }
                guard let quote = argument.first, "\"'`".contains(quote) else { continue }
                images.append((String(argument.dropFirst().prefix { $0 != quote }), place))
            }
        }
        for (name, _, value) in members ?? [] {
            if name == "images" {
                for image in (value.elements ?? []).compactMap({ $0["image"] }) {
                    // An expression names it elsewhere.
                    if !image.written.contains("$") { images.append((image.written, image.place)) }
                }
            }
            value.collectImages(into: &images)
        }
        for element in elements ?? [] { element.collectImages(into: &images) }
    }
}
