import JSON
import Time

extension CalendarDocument {
    /// The document as JSON, to be kept and read again.
    public var json: [UInt8] {
        JSONWriter.object(capacity: 4_096) { writer in
            writer.member("version", version)
            writer.member("timeZone", timeZone)
            writer.member("from", dates.lowerBound.text)
            writer.member("to", dates.upperBound.text)
            writer.member("publishedThrough", publishedThrough?.text)
            switch hours {
            case .sessions(let sessions): writer.member("sessions", sessions) { $0.write(to: &$1) }
            case .weekly(let weekly): weekly.write(to: &writer)
            }
        }
    }
}

extension ListedSession {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("date", date.text)
        writer.member("open", open.text)
        writer.member("close", close.text)
        if !breaks.isEmpty {
            writer.member("breaks", breaks) { pause, writer in
                writer.member("start", pause.start.text)
                writer.member("end", pause.end.text)
            }
        }
        if isEarlyClose { writer.member("earlyClose", true) }
        if isLateOpen { writer.member("lateOpen", true) }
    }
}

extension WeeklyHours {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("weekly", rows) { $0.write(to: &$1) }
        if !holidays.isEmpty { writer.member("holidays", holidays.map(\.text)) }
        if !earlyCloses.isEmpty { writer.member("earlyCloses", earlyCloses) { $0.write(to: &$1) } }
        if !lateOpens.isEmpty { writer.member("lateOpens", lateOpens) { $0.write(to: &$1) } }
    }
}

extension WeeklyHours.Exception {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("date", date.text)
        writer.member("at", time.text)
    }
}

extension WeeklyHours.Row {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("days", days.map(\.name))
        writer.member("open", open.text)
        writer.member("close", close.text)
        if opensPreviousDay { writer.member("opensPreviousDay", true) }
        if !breaks.isEmpty {
            writer.member("breaks", breaks) { pause, writer in
                writer.member("start", pause.start.text)
                writer.member("end", pause.end.text)
            }
        }
        writer.member("from", from?.text)
        writer.member("to", to?.text)
    }
}
