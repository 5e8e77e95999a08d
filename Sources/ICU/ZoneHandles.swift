import CICU

/// The owner of an ICU calendar: what clocks of one zone show at the instant it is set to.
struct ZoneCalendar: ~Copyable {
    private let handle: UnsafeMutablePointer<UCalendar?>

    private init(opening units: [UInt16]) throws(ICUError) {
        var status = U_ZERO_ERROR
        guard let handle = gh_icu_calendar_open(units, Int32(units.count), &status), status.isSuccess else {
            throw ICUError(status)
        }
        self.handle = handle
    }

    /// A calendar of the zone with that name; ICU itself would take one of Greenwich for a name it does not know.
    static func open(zone name: String) throws(ICUError) -> ZoneCalendar {
        let units = Array(name.utf16)
        let calendar = try ZoneCalendar(opening: units)
        guard try calendar.zone() == units else { throw .noSuchZone(name) }
        return calendar
    }

    deinit { gh_icu_calendar_close(handle) }

    private func zone() throws(ICUError) -> [UInt16] {
        try filling(from: []) { _, _, output, capacity, status in
            gh_icu_calendar_zone(handle, output, capacity, &status)
        }
    }

    /// Seconds that clocks are ahead of UTC, so many seconds after 1970; the calendar stays there.
    func offset(at seconds: Int64) throws(ICUError) -> Int {
        var status = U_ZERO_ERROR
        gh_icu_calendar_set(handle, Double(seconds) * 1_000, &status)
        let milliseconds = gh_icu_calendar_offset(handle, &status)
        guard status.isSuccess else { throw ICUError(status) }
        return Int(milliseconds) / 1_000
    }

    /// The next instant at which something about the zone may change, in seconds after 1970.
    func nextTransition() throws(ICUError) -> Int64? {
        var status = U_ZERO_ERROR
        var milliseconds = 0.0
        let exists = gh_icu_calendar_next_transition(handle, &milliseconds, &status)
        guard status.isSuccess else { throw ICUError(status) }
        guard exists != 0 else { return nil }
        guard let seconds = Int64(exactly: (milliseconds / 1_000).rounded()) else {
            throw .failed(code: "U_INVALID_FORMAT_ERROR")
        }
        return seconds
    }
}

/// The owner of an ICU format that writes what a zone's clocks are called.
struct ZoneAbbreviations: ~Copyable {
    private let handle: UnsafeMutablePointer<UDateFormat?>

    init(zone name: String) throws(ICUError) {
        var status = U_ZERO_ERROR
        let units = Array(name.utf16)
        guard let handle = gh_icu_abbreviations_open(units, Int32(units.count), &status), status.isSuccess else {
            throw ICUError(status)
        }
        self.handle = handle
    }

    deinit { gh_icu_abbreviations_close(handle) }

    /// The letters in use at an instant, such as "EST"; nil where ICU has only an offset ("GMT+5:30").
    func abbreviation(at seconds: Int64) throws(ICUError) -> String? {
        let units = try filling(from: []) { _, _, output, capacity, status in
            gh_icu_abbreviation(handle, Double(seconds) * 1_000, output, capacity, &status)
        }
        let text = String(decoding: units, as: UTF16.self)
        return text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? text : nil
    }
}
