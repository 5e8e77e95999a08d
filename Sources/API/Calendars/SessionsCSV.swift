import Calendars
import Time

/// Sessions as a table: the columns that loading a calendar takes, too.
enum SessionsCSV {
    /// The table; nothing where a session has more than one break, for which there are no columns.
    static func text(_ sessions: ArraySlice<TradingSession>) -> String? {
        var text = "date,open_utc,close_utc,break_start_utc,break_end_utc\n"
        text.reserveCapacity(64 + sessions.count * 56)
        for session in sessions {
            guard session.breaks.count <= 1 else { return nil }
            let (start, end) = (
                session.breaks.first?.lowerBound.text ?? "", session.breaks.first?.upperBound.text ?? ""
            )
            text += "\(session.date.text),\(session.open.text),\(session.close.text),\(start),\(end)\n"
        }
        return text
    }
}
