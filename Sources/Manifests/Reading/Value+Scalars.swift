import Time
import YAML

extension Value {
    /// A text that is not empty.
    func text(maximum: Int = 253, _ findings: inout Findings) -> String? {
        switch scalar {
        case .string(let text):
            guard !text.isEmpty else {
                findings.refuse(place, "is empty")
                return nil
            }
            guard text.utf8.count <= maximum else {
                findings.refuse(place, "has more than \(maximum) bytes")
                return nil
            }
            // U+007F and the C1 controls as well: they could not be told in a line.
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                findings.refuse(place, "has a control character")
                return nil
            }
            return text
        case .bool(let truth):
            findings.refuse(
                place, "\(quoted(written)) without quotes is read as \(truth)", hint: "write \"\(written)\" in quotes")
        case .int, .float:
            findings.refuse(
                place, "\(quoted(written)) without quotes is read as a number",
                hint: written.utf8.count <= 64 ? "write \"\(written)\" in quotes" : nil)
        case .null, nil:
            findings.refuse(place, "must be a text, not \(noun)")
        }
        return nil
    }

    /// A name of a project, a Stage, a gate or a suite.
    func label(_ findings: inout Findings) -> String? {
        guard let text = text(&findings) else { return nil }
        guard isLabel(text) else {
            findings.refuse(
                place, "\(quoted(text)) is no name",
                hint: "a name has 1 to 63 lowercase letters, digits and '-', and begins and ends without '-'")
            return nil
        }
        return text
    }

    /// A whole number, as people count.
    func integer(in range: ClosedRange<Int64>, _ findings: inout Findings) -> Int? {
        let bounds = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .int(let number) = scalar else {
            let isQuoted = scalar == .string(written) && Int64(written) != nil
            findings.refuse(
                place, "must be \(bounds), not \(noun)", hint: isQuoted ? "leave out the quotes" : nil)
            return nil
        }
        guard written == String(number) else {
            findings.refuse(place, "\(quoted(written)) is read as \(number)", hint: "write \(number)")
            return nil
        }
        guard range.contains(number) else {
            findings.refuse(place, "must be \(bounds), not \(number)")
            return nil
        }
        return Int(number)
    }

    /// A truth value.
    func truth(_ findings: inout Findings) -> Bool? {
        guard case .bool(let truth) = scalar else {
            findings.refuse(place, "must be true or false, not \(noun)")
            return nil
        }
        return truth
    }

    /// The text of a duration; a number alone lacks its unit.
    func durationText(_ findings: inout Findings) -> String? {
        guard case .int(let number) = scalar else { return text(&findings) }
        findings.refuse(place, "\(quoted(written)) has no unit", hint: "write for example \(number)m or \(number)s")
        return nil
    }

    /// A duration.
    func duration(in range: ClosedRange<TimeSpan>, _ findings: inout Findings) -> TimeSpan? {
        guard let text = durationText(&findings) else { return nil }
        do throws(TimeSpan.ParseError) {
            let span = try TimeSpan(parsing: text)
            if range.contains(span) { return span }
            findings.refuse(
                place, "must be from \(range.lowerBound.text) to \(range.upperBound.text), not \(span.text)")
        } catch {
            findings.refuse(place, error.description)
        }
        return nil
    }

    /// A day.
    func date(_ findings: inout Findings) -> CivilDate? {
        guard let text = text(&findings) else { return nil }
        guard let date = CivilDate(parsing: text) else {
            findings.refuse(place, "\(quoted(text)) is no day", hint: "write for example 2026-01-05")
            return nil
        }
        return date
    }

    /// One of a few words.
    func choice<Word: CaseIterable & RawRepresentable<String>>(_: Word.Type, _ findings: inout Findings) -> Word? {
        let text =
            switch scalar {
            // No word reads as one of these, so that quotes would not help.
            case .bool, .int, .float: written
            case .string, .null, nil: text(&findings)
            }
        guard let text else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        findings.refuse(
            place, "\(quoted(text)) is none of \(words.joined(separator: ", "))",
            hint: nearest(to: text, among: words).map { "did you mean '\($0)'?" })
        return nil
    }

    /// A list of no more than so many elements.
    func list(maximum: Int, _ findings: inout Findings) -> [Value]? {
        guard let elements else {
            findings.refuse(place, "must be a list, not \(noun)")
            return nil
        }
        guard elements.count <= maximum else {
            findings.refuse(place, "has \(elements.count) elements; \(maximum) is the most")
            return nil
        }
        return elements
    }
}
