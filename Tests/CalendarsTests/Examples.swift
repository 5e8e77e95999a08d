import Calendars
import Time

/// Calendars of other exchanges as somebody would write them.
enum Examples {
    /// Tokyo: a lunch break, and half an hour more from 2024-11-05.
    static let tokyoText = """
        {"version": "2024.2", "timeZone": "Asia/Tokyo", "from": "2024-01-01", "to": "2025-12-31",
         "weekly": [
          {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "open": "09:00", "close": "15:00",
           "breaks": [{"start": "11:30", "end": "12:30"}], "to": "2024-11-04"},
          {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "open": "09:00", "close": "15:30",
           "breaks": [{"start": "11:30", "end": "12:30"}], "from": "2024-11-05"}],
         "holidays": ["2024-11-04", "2024-12-31", "2025-01-01", "2025-01-02", "2025-01-03"]}
        """

    /// Hong Kong: on the eves of holidays it does not open again after lunch.
    static let hongKongText = """
        {"version": "1", "timeZone": "Asia/Hong_Kong", "from": "2024-12-01", "to": "2025-01-31",
         "weekly": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "open": "09:30", "close": "16:00",
                     "breaks": [{"start": "12:00", "end": "13:00"}]}],
         "holidays": ["2024-12-25", "2024-12-26", "2025-01-01", "2025-01-29", "2025-01-30", "2025-01-31"],
         "earlyCloses": [{"date": "2024-12-24", "at": "12:00"}, {"date": "2024-12-31", "at": "12:00"},
                         {"date": "2025-01-28", "at": "12:00"}],
         "lateOpens": [{"date": "2024-12-02", "at": "12:30"}]}
        """

    /// Chicago's futures: each session opens on the evening before.
    static let chicagoText = """
        {"version": "1", "timeZone": "America/Chicago", "from": "2026-03-02", "to": "2026-04-03",
         "publishedThrough": "2026-03-31",
         "weekly": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "open": "17:00",
                     "close": "17:00", "opensPreviousDay": true}],
         "holidays": ["2026-04-03"], "earlyCloses": [{"date": "2026-04-02", "at": "12:00"}]}
        """

    static func tokyo() throws -> ExchangeCalendar {
        try CalendarDocument(json: Array(tokyoText.utf8)).calendar(id: "XTKS", zone: Zones.tokyo)
    }

    static func hongKong() throws -> ExchangeCalendar {
        try CalendarDocument(json: Array(hongKongText.utf8)).calendar(id: "XHKG", zone: Zones.hongKong)
    }

    static func chicago() throws -> ExchangeCalendar {
        try CalendarDocument(json: Array(chicagoText.utf8)).calendar(id: "CMES", zone: Zones.chicago)
    }
}
