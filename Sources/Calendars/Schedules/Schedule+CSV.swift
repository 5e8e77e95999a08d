import CSV
import Time

extension Schedule {
    /// The schedule as a table, as RFC 4180 writes one, with a heading.
    public var csv: String {
        let head = CSVText.row(["start_utc", "end_utc", "state", "code", "reason"])
        return stretches.reduce(into: head) { text, stretch in
            text += CSVText.row([
                stretch.start.text, stretch.end?.text, stretch.isOpen ? "open" : "closed", stretch.code, stretch.reason,
            ])
        }
    }
}
