/// Rows of a table that spreadsheets open.
enum CSVText {
    /// A row. What a spreadsheet would take for a formula has an apostrophe before it: whoever is written about in the
    /// table may have written it.
    static func row(_ fields: [String?]) -> [UInt8] {
        Array(fields.map { field($0 ?? "") }.joined(separator: ",").utf8) + [0x0D, 0x0A]
    }

    private static func field(_ text: String) -> String {
        let safe =
            text.unicodeScalars.first.map { "=+-@\t\r\n|".unicodeScalars.contains($0) } ?? false ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { "\",\r\n;\t".unicodeScalars.contains($0) }) else { return safe }
        // By scalars: a quote with a combining mark behind it is another character, and still a quote to who reads this.
        var quoted = "\"".unicodeScalars
        for scalar in safe.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return String(quoted) + "\""
    }
}
