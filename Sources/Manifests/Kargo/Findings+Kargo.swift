extension Findings {
    /// Refuses what is no range of versions.
    mutating func check(range: String, at place: Place) {
        let signs = ".*+-^~<>=!|, "
        let isPlain = range.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || signs.contains($0) }
        guard isPlain, range.contains(where: { $0.isNumber || "*xX".contains($0) }) else {
            refuse(
                place, "\(quoted(range)) is no range of versions: nothing can match",
                hint: "write for example ^1.2 or >=1.0.0 <2.0.0")
            return
        }
    }

    /// Refuses what is no regular expression.
    mutating func check(expression: String, at place: Place) {
    }
}
