import Promotions
import Time
import YAML

extension Value {
    /// A duration as Go writes it without fractions of a second: `90s`, `1h30m`, `1.5h`. There are no days.
    func kargoDuration(in range: ClosedRange<TimeSpan>, _ findings: inout Findings) -> TimeSpan? {
        guard let text = durationText(&findings) else { return nil }
        guard let span = TimeSpan(kargo: text) else {
            let days = try? TimeSpan(parsing: text)
            findings.refuse(
                place, "\(quoted(text)) is not a duration as Kargo has them: h, m and s",
                hint: days.map { "write \($0.kargoText)" } ?? "write for example 5m or 1h30m")
            return nil
        }
        guard range.contains(span) else {
            findings.refuse(
                place,
                "must be from \(range.lowerBound.kargoText) to \(range.upperBound.kargoText), not \(span.kargoText)")
            return nil
        }
        return span
    }

    /// A text where Kargo takes an empty one for none.
    func optionalText(maximum: Int = 253, _ findings: inout Findings) -> String? {
        scalar == .string("") ? nil : text(maximum: maximum, &findings)
    }

    /// Whether a list, a text or a truth value says anything.
    var saysSomething: Bool {
        switch scalar {
        case .null, .string(""), .bool(false): false
        case nil: !(elements?.isEmpty ?? members?.isEmpty ?? true)
        default: true
        }
    }
}

extension TimeSpan {
    /// Reads a sum of hours, minutes and seconds in any order, rounded up to whole seconds.
    init?(kargo text: String) {
        let units: [Character: Int64] = ["h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000]
        var rest = text[...]
        var total: Int64 = 0
        guard !rest.isEmpty, text.utf8.count <= 64 else { return nil }
        while !rest.isEmpty {
            let whole = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(whole.count)
            var fraction: Substring = ""
            if rest.first == "." {
                fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(fraction.count + 1)
                guard !fraction.isEmpty else { return nil }
            }
            guard let number = Int64(whole), number <= 1_000_000, let letter = rest.popFirst(), let unit = units[letter]
            else { return nil }
            total += number * unit + Self.part(fraction, of: unit)
        }
        self = .seconds((total + 999_999) / 1_000_000)
    }

    /// The duration as Kargo reads it.
    var kargoText: String {
        let seconds = microseconds / 1_000_000
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
        return text.isEmpty ? "0s" : text
    }

    private static func part(_ fraction: Substring, of unit: Int64) -> Int64 {
        var (part, unit) = (Int64(0), unit)
        for digit in fraction.prefix(10).compactMap(\.wholeNumberValue) {
            unit /= 10
            part += unit * Int64(digit)
        }
        return part
    }
}
