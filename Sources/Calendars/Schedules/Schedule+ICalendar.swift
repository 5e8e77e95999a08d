public import Time

extension Schedule {
    /// The closed stretches as the events of a calendar (RFC 5545).
    ///
    /// `identity` is what the events' identifiers begin with. With the stretch's start it names an event for good, so
    /// that a calendar which reads the feed again changes events in place of adding them. `stamp` is when the schedule
    /// was made.
    public func iCalendar(name: String, identity: String, stamp: Instant) -> String {
        var lines = ContentLines()
        lines.add("BEGIN", "VCALENDAR")
        lines.add("VERSION", "2.0")
        lines.add("PRODID", "-//Gatehouse//Schedule//EN")
        lines.add("CALSCALE", "GREGORIAN")
        // No METHOD: with PUBLISH each event would need an organizer.
        lines.add("X-WR-CALNAME", text: name)
        for stretch in stretches where !stretch.isOpen {
            lines.add("BEGIN", "VEVENT")
            lines.add("UID", text: "\(identity)/\(stretch.start.text)@gatehouse")
            lines.add("DTSTAMP", stamp.flooredToSecond.compact)
            // Calendars know no fractions: what is closed is never drawn shorter than it is.
            lines.add("DTSTART", stretch.start.flooredToSecond.compact)
            lines.add("DTEND", (stretch.end ?? max(end, stretch.start + .seconds(1))).raisedToSecond.compact)
            lines.add("SUMMARY", text: "\(name) is closed")
            lines.add("DESCRIPTION", text: description(of: stretch))
            // It is the gate that is busy, not the person who looks at it.
            lines.add("TRANSP", "TRANSPARENT")
            lines.add("END", "VEVENT")
        }
        lines.add("END", "VCALENDAR")
        return lines.text
    }

    private func description(of stretch: ScheduleStretch) -> String {
        "\(stretch.reason)\n\(stretch.code)" + (stretch.end == nil ? "\nIts end is not known." : "")
    }
}

/// The lines of an iCalendar stream, folded.
private struct ContentLines {
    private(set) var text = ""

    mutating func add(_ name: String, _ value: String) {
        fold("\(name):\(value)")
    }

    mutating func add(_ name: String, text value: String) {
        var escaped = ""
        // A carriage return and a line feed are one character to Swift and two here.
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": escaped += "\\\(scalar)"
            case "\n": escaped += "\\n"
            case "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.properties.generalCategory == .control: continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        add(name, escaped)
    }

    /// Breaks a line into ones of at most 75 bytes, never within a character; those that go on begin with a space.
    private mutating func fold(_ line: String) {
        var length = 0
        for scalar in line.unicodeScalars {
            let width = UTF8.width(scalar)
            if length + width > 75 {
                text += "\r\n "
                length = 1
            }
            text.unicodeScalars.append(scalar)
            length += width
        }
        text += "\r\n"
    }
}

extension Instant {
    fileprivate var flooredToSecond: Instant {
        let rest = microseconds % 1_000_000
        return self - TimeSpan(microseconds: rest < 0 ? rest + 1_000_000 : rest)
    }

    fileprivate var raisedToSecond: Instant {
        let floored = flooredToSecond
        return floored < self ? floored + .seconds(1) : self
    }

    /// `20261120T143000Z`.
    fileprivate var compact: String { text.filter { $0 != "-" && $0 != ":" } }
}
