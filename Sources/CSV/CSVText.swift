/// Tables that spreadsheets open, as RFC 4180 has them.
public enum CSVText {
    /// A row, with its end. What a spreadsheet would take for a formula has an apostrophe before it: whoever is written about
    /// in the table may have written it.
    public static func row(_ fields: [String?]) -> String {
        fields.map { field($0 ?? "") }.joined(separator: ",") + "\r\n"
    }

    private static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n|".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { "\",\r\n;\t".unicodeScalars.contains($0) }) else { return safe }
        // By scalars: a quote with a combining mark behind it is another character, and still a quote to who reads this.
        var quoted = "\"".unicodeScalars
        for scalar in safe.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return String(quoted) + "\""
    }
}
