public import Time

extension CalendarDocument {
    private static let header = "date,open_utc,close_utc,break_start_utc,break_end_utc"

    /// Reads sessions in the columns `date,open_utc,close_utc,break_start_utc,break_end_utc`, of which the last two may
    /// be empty. What the table does not say, its sender does.
    public init(
        csv bytes: [UInt8], version: String, timeZone: String, from: CivilDate, to: CivilDate,
        publishedThrough: CivilDate? = nil
    ) throws(CalendarError) {
        let dates = try Self.dates(from: from, to: to)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CalendarError("the file is not UTF-8")
        }
        // A file ends with a newline, which begins no line.
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.first == Self.header[...] else {
            throw CalendarError(line: 1, "the first line must name the columns", hint: Self.header)
        }
        guard lines.count - 1 <= Self.maximumSessions else {
            throw CalendarError(line: Self.maximumSessions + 2, "there are more than \(Self.maximumSessions) sessions")
        }
        var sessions: [ListedSession] = []
        for (index, line) in lines.enumerated().dropFirst() {
            sessions.append(try CSVRow(cells: Self.cells(of: line), line: index + 1).session())
        }
        try sessions.check(in: dates)
        self.init(
            version: version, timeZone: timeZone, dates: dates, publishedThrough: publishedThrough,
            hours: .sessions(sessions))
    }

    private static func cells(of line: Substring) -> [Substring] {
        line.split(separator: ",", omittingEmptySubsequences: false)
    }
}

/// One line of a table of sessions.
private struct CSVRow {
    let cells: [Substring]
    let line: Int

    func session() throws(CalendarError) -> ListedSession {
        guard cells.count == 5 else {
            throw CalendarError(line: line, "the line has \(cells.count) cells, not 5")
        }
        guard let date = CivilDate(parsing: cells[0]) else {
            throw CalendarError(
                field: "date", line: line, "'\(cells[0].prefix(32))' is no date", hint: "write YYYY-MM-DD")
        }
        return ListedSession(
            date: date, open: try instant(1, "open_utc"), close: try instant(2, "close_utc"), breaks: try breaks(),
            isEarlyClose: false, isLateOpen: false, place: .line(line))
    }

    private func breaks() throws(CalendarError) -> [ListedSession.Pause] {
        guard !cells[3].isEmpty || !cells[4].isEmpty else { return [] }
        return [.init(start: try instant(3, "break_start_utc"), end: try instant(4, "break_end_utc"))]
    }

    private func instant(_ index: Int, _ column: String) throws(CalendarError) -> Instant {
        guard !cells[index].isEmpty else { throw CalendarError(field: column, line: line, "'\(column)' is empty") }
        do { return try Instant(parsing: String(cells[index])) } catch {
            throw CalendarError(
                field: column, line: line, error.description,
                hint: error.hint ?? "write for example 2026-11-27T14:30:00Z")
        }
    }
}
