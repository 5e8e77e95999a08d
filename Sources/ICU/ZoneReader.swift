import CICU

/// A time during which clocks of a zone keep their distance from UTC and their name.
public struct ZonePeriod: Hashable, Sendable {
    /// When it begins, in seconds after 1970; the first one of a list begins where the list does.
    public let start: Int64
    /// Seconds ahead of UTC.
    public let offset: Int
    /// What these clocks are called, such as "EST"; nil where ICU has no letters for them.
    public let abbreviation: String?
}

/// Reads what ICU knows of time zones. Nothing of ICU stays open, so that any thread may read.
public enum ZoneReader {
    /// The name under which ICU keeps a zone, or nil for what is no zone; case counts, and an offset is none.
    public static func canonicalName(of name: String) throws(ICUError) -> String? {
        var isSystem: UBool = 0
        // ICU reads up to a NUL, and would take what stands before it.
        guard !name.utf8.contains(0) else { return nil }
        do {
            let units = try filling(from: Array(name.utf16)) { text, length, output, capacity, status in
                gh_icu_zone_canonical(text, length, output, capacity, &isSystem, &status)
            }
            return isSystem != 0 ? String(decoding: units, as: UTF16.self) : nil
        } catch .failed(code: "U_ILLEGAL_ARGUMENT_ERROR") {
            return nil
        }
    }

    /// Every name under which ICU keeps a zone.
    public static func canonicalNames() throws(ICUError) -> [String] {
        var status = U_ZERO_ERROR
        guard let handle = gh_icu_zone_names(&status), status.isSuccess else { throw ICUError(status) }
        defer { gh_icu_names_close(handle) }
        var names: [String] = []
        while let name = gh_icu_names_next(handle, nil, &status), status.isSuccess {
            names.append(String(cString: name))
        }
        guard status.isSuccess else { throw ICUError(status) }
        return names
    }

    /// What clocks of a zone do between two instants, in seconds after 1970. Neighbours differ in what can be seen.
    public static func periods(of name: String, from start: Int64, until end: Int64) throws(ICUError) -> [ZonePeriod] {
        let calendar = try ZoneCalendar.open(zone: name)
        let abbreviations = try ZoneAbbreviations(zone: name)
        var periods: [ZonePeriod] = []
        var next: Int64? = start
        while let instant = next, instant < end {
            let period = ZonePeriod(
                start: instant, offset: try calendar.offset(at: instant),
                abbreviation: try abbreviations.abbreviation(at: instant))
            let last = periods.last
            if last?.offset != period.offset || last?.abbreviation != period.abbreviation { periods.append(period) }
            next = try calendar.nextTransition()
            // Damaged data must not keep us here for ever.
            guard next ?? end > instant else { throw .failed(code: "U_INVALID_FORMAT_ERROR") }
        }
        return periods
    }
}
