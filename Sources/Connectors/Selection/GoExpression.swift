/// Kargo's expressions are Go's, and these are ICU's. Most are the same; what only Go reads, or reads as something else, is
/// refused by name instead of being matched differently.
enum GoExpression {
    /// Why a pattern is refused; nil if both read it alike, or only ICU reads it.
    static func refusal(of pattern: String) -> String? {
        var rest = Array(pattern.unicodeScalars)[...]
        var isWithinSet = false
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\":
                let escaped = rest.popFirst()
                if escaped == "Q", !isWithinSet { skipQuotation(&rest) }
                if let reason = refusal(ofEscaped: escaped, before: rest) { return reason }
            case "[" where isWithinSet:
                guard rest.first == ":" else { return "'[' within a set is written '\\[' here." }
                skipClass(&rest)
            case "[":
                isWithinSet = true
                if rest.first == "^" { rest.removeFirst() }
                if rest.first == "]" { return "']' at the start of a set is written '\\]' here." }
            case "]": isWithinSet = false
            case "&", "-":
                if isWithinSet, rest.first == scalar {
                    return "'\(scalar)\(scalar)' within a set means something else here; write '\\\(scalar)' once."
                }
            case "(" where !isWithinSet:
                if let reason = refusal(ofGroup: rest) { return reason }
            default: break
            }
        }
        return nil
    }

    private static func refusal(ofEscaped escaped: Unicode.Scalar?, before rest: ArraySlice<Unicode.Scalar>) -> String?
    {
        switch escaped {
        case "C": "'\\C' (any byte) is Go's only; write '.'."
        case "p", "P": rest.first == "{" ? nil : "'\\pL' is Go's only; write '\\p{L}'."
        case "v": "'\\v' means other characters in Go; write '\\x0B'."
        case "1", "2", "3", "4", "5", "6", "7": "'\\1' is a number of a character in Go; write '\\x{…}'."
        default: nil
        }
    }

    private static func refusal(ofGroup rest: ArraySlice<Unicode.Scalar>) -> String? {
        guard rest.first == "?" else { return nil }
        let start = rest.dropFirst()
        if start.starts(with: "P<".unicodeScalars) { return "'(?P<name>…)' is Go's only; write '(?<name>…)' or '(…)'." }
        let flags = start.prefix { $0 != ")" && $0 != ":" && $0 != "<" && $0 != "=" && $0 != "!" && $0 != ">" }
        return flags.contains("U") ? "'(?U)' is Go's only; write '*?' for the shortest match." : nil
    }

    private static func skipQuotation(_ rest: inout ArraySlice<Unicode.Scalar>) {
        while let scalar = rest.popFirst(), !(scalar == "\\" && rest.first == "E") {}
        rest = rest.dropFirst()
    }

    private static func skipClass(_ rest: inout ArraySlice<Unicode.Scalar>) {
        while let scalar = rest.popFirst(), !(scalar == ":" && rest.first == "]") {}
        rest = rest.dropFirst()
    }
}
