extension YAMLScalar {
    /// The number that a scalar without quotes is written as, or nil.
    static func number(_ text: String) -> YAMLScalar? {
        guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return nil }
        let digits = text.filter { $0 != "_" }
        if let value = integer(digits) { return .int(value) }
        return isDecimal(digits) ? .float(digits) : nil
    }

    private static func integer(_ text: String) -> Int64? {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let unsigned = text.utf8.first.map("+-".utf8.contains) == true ? text.dropFirst() : text[...]
        let (radix, digits) = radixAndDigits(unsigned)
        // A second sign would be one that `Int64` reads.
        guard let first = digits.utf8.first, !"+-".utf8.contains(first) else { return nil }
        return Int64((isNegative ? "-" : "") + digits, radix: radix)
    }

    private static func radixAndDigits(_ text: Substring) -> (radix: Int, digits: Substring) {
        guard text.utf8.first == UInt8(ascii: "0"), text.utf8.count > 1 else { return (10, text) }
        return switch text.dropFirst().first {
        case "x", "X": (16, text.dropFirst(2))
        case "o", "O": (8, text.dropFirst(2))
        case "b", "B": (2, text.dropFirst(2))
        default: (8, text.dropFirst())
        }
    }

    /// Whether the text is `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        skip("+-", in: &rest)
        let whole = skipDigits(in: &rest)
        let hasPoint = skip(".", in: &rest)
        let fraction = hasPoint ? skipDigits(in: &rest) : 0
        guard whole + fraction > 0 else { return false }
        guard skip("eE", in: &rest) else { return rest.isEmpty }
        skip("+-", in: &rest)
        return skipDigits(in: &rest) > 0 && rest.isEmpty
    }

    @discardableResult
    private static func skip(_ characters: String, in text: inout Substring.UTF8View) -> Bool {
        guard let first = text.first, characters.utf8.contains(first) else { return false }
        text.removeFirst()
        return true
    }

    private static func skipDigits(in text: inout Substring.UTF8View) -> Int {
        let digits = text.prefix(while: isDigit)
        text.removeFirst(digits.count)
        return digits.count
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }
}
