import Time

extension Schedule {
    /// The schedule as a table, as RFC 4180 writes one, with a heading.
    public var csv: String {
        var text = "start_utc,end_utc,state,code,reason\r\n"
        for stretch in stretches {
            let fields = [
                stretch.start.text, stretch.end?.text ?? "", stretch.isOpen ? "open" : "closed", stretch.code,
                stretch.reason,
            ]
            text += fields.map(Self.field).joined(separator: ",") + "\r\n"
        }
        return text
    }

    /// A field, quoted where it has to be. Spreadsheets compute what begins like a formula; an apostrophe stops them.
    private static func field(_ value: String) -> String {
        let isFormula = value.utf8.first.map("=+-@\t\r".utf8.contains) ?? false
        let safe = isFormula ? "'" + value : value
        guard safe.utf8.contains(where: "\",\r\n".utf8.contains) else { return safe }
        // By scalars: a quote with a combining mark behind it is another character, and still a quote to who reads this.
        var quoted = "\"".unicodeScalars
        for scalar in safe.unicodeScalars { quoted += scalar == "\"" ? [scalar, scalar] : [scalar] }
        return String(quoted) + "\""
    }
}
