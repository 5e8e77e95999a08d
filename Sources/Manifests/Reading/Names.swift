/// A text in quotes, short and plain.
func quoted(_ text: String) -> String {
    "'" + plain(text) + (text.unicodeScalars.count > 64 ? "…'" : "'")
}

/// The beginning of a text without what could play tricks on a terminal.
func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(64) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: plain.append("?")
        default: plain.append(scalar)
        }
    }
    return String(plain)
}

/// What to write in place of a name that nobody knows.
func suggestion(for name: String, among known: [String]) -> String? {
    if let meant = nearest(to: name, among: known) { return "did you mean '\(meant)'?" }
    return known.isEmpty ? nil : "known are: " + known.joined(separator: ", ")
}

/// The known name that somebody may have meant: the same but for case, or at most a third of its letters away.
public func nearest(to name: String, among known: [String]) -> String? {
    let written = Array(name.lowercased().unicodeScalars.prefix(65))
    guard written.count <= 64 else { return nil }
    let distances = known.map { (name: $0, distance: distance(written, Array($0.lowercased().unicodeScalars))) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, best.name.unicodeScalars.count / 3) ? best.name : nil
}

/// How many letters must be put in, left out or replaced to make one text of the other.
private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let replaced = diagonal + (letter == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}

/// Whether a text is a DNS label, as names of projects, Stages and gates are.
func isLabel(_ text: String) -> Bool {
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else { return false }
    return isLetterOrDigit(first) && isLetterOrDigit(last)
        && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
}
