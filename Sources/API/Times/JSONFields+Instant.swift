import JSON
import Time

extension JSONFields {
    /// An instant that may be absent.
    func instant(_ name: String) throws(JSONFieldError) -> Instant? {
        guard let text = try string(name) else { return nil }
        do throws(Instant.ParseError) {
            return try Instant(parsing: text)
        } catch {
            throw JSONFieldError(
                field: name, message: "'\(name)': \(error.description)",
                hint: error.hint ?? "write it like 2026-11-20T21:00:00Z")
        }
    }
}
