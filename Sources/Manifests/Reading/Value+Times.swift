import Calendars
import Promotions
import Time
import TimeZones
import YAML

extension Value {
    /// A gate that follows an exchange.
    func market(_ findings: inout Findings) -> MarketRule? {
        guard let fields = Fields(self, named: ["calendar", "closedIn"], &findings) else { return nil }
        let calendar = fields.required("calendar", hint: "write for example calendar: XNYS", &findings)
        let id = calendar?.text(maximum: 64, &findings)
        if let calendar, let id { findings.check(calendar: id, at: calendar.place) }
        guard let written = fields["closedIn"] else { return id.map { MarketRule(calendar: $0) } }
        guard let closed = written.closedSessions(&findings), let id else { return nil }
        return MarketRule(calendar: id, closedIn: closed)
    }

    private func closedSessions(_ findings: inout Findings) -> [ClosedSession]? {
        guard let elements = list(maximum: ManifestLimits.closedSessions, &findings) else { return nil }
        guard !elements.isEmpty else {
            findings.refuse(place, "a gate that never closes", hint: "name a session, such as core, or remove the gate")
            return nil
        }
        var sessions: [ClosedSession] = []
        for element in elements {
            guard let session = element.closedSession(&findings) else { continue }
            if sessions.contains(where: { $0.kind == session.kind && $0.overlaps(session) }) {
                findings.refuse(element.place, "the session '\(session.kind.rawValue)' is already there for these days")
            }
            sessions.append(session)
        }
        return sessions
    }

    private func closedSession(_ findings: inout Findings) -> ClosedSession? {
        guard hasParts else { return choice(SessionKind.self, &findings).map { ClosedSession(kind: $0) } }
        let known = ["session", "before", "after", "from", "until"]
        guard let fields = Fields(self, named: known, &findings) else { return nil }
        let kind = fields.required("session", &findings)?.choice(SessionKind.self, &findings)
        let before = fields["before"]?.duration(in: ManifestLimits.margin, &findings)
        let after = fields["after"]?.duration(in: ManifestLimits.margin, &findings)
        let from = fields["from"]?.date(&findings)
        let until = fields["until"]?.date(&findings)
        if let from, let until, until < from, let place = fields["until"]?.place {
            findings.refuse(place, "ends before it begins: \(until.text) is before \(from.text)")
            return nil
        }
        guard let kind else { return nil }
        return ClosedSession(
            kind: kind, before: before ?? .seconds(0), after: after ?? .seconds(0), from: from, until: until)
    }

    /// A gate of hours and days; whether it ever opens and closes is for those to say who know its zone.
    func window(_ findings: inout Findings) -> Window? {
        guard let fields = Fields(self, named: Window.Fields.names, &findings) else { return nil }
        let written = Window.Fields(reading: fields, &findings)
        let zone = written.timeZone.flatMap { findings.zone($0, at: fields.place(of: "timeZone")) }
        let window: Window
        do throws(WindowErrors) {
            window = try Window(written)
        } catch {
            for error in error.errors { findings.refuse(error, in: fields) }
            return nil
        }
        do throws(WindowError) {
            if let zone {
                try window.check(coverage: GatePlan.windowCoverage, zone: zone)
                findings.warn(ofOver: window, zone, in: fields)
            }
            return window
        } catch {
            findings.refuse(error, in: fields)
            return nil
        }
    }
}

extension Window.Fields {
    /// The texts of a window's fields; of one that has none, or whose name is misspelt, that it is there.
    fileprivate init(reading fields: Fields, _ findings: inout Findings) {
        var unread = fields.suspected
        func text(_ name: String, isDuration: Bool = false) -> String? {
            guard let value = fields[name] else { return nil }
            let text = isDuration ? value.durationText(&findings) : value.text(maximum: 500, &findings)
            if text == nil { unread.insert(name) }
            return text
        }
        self.init(
            kind: text("kind"), timeZone: text("timeZone"), rrule: text("rrule"), start: text("start"),
            end: text("end"), duration: text("duration", isDuration: true), from: text("from"), until: text("until"))
        self.unread = unread
    }
}

extension Findings {
    fileprivate mutating func refuse(_ error: WindowError, in fields: Fields) {
        refuse(fields.place(of: error.field), error.message, hint: error.hint)
    }

    /// Nobody writes a window for what has passed; it may stay where it was right once.
    fileprivate mutating func warn(ofOver window: Window, _ zone: ZoneRules, in fields: Fields) {
        guard let now = world?.now, window.isOver(at: now, zone: zone) else { return }
        let (kind, state) = (window.kind.rawValue, window.kind == .deny ? "open" : "closed")
        let (field, end) = fields["rrule"] == nil ? ("until", "until") : ("rrule", "UNTIL")
        warn(
            fields.place(of: field), "the \(kind) window is over: its gate stays \(state) for ever",
            hint: "write a later \(end), or remove the gate")
    }
}

extension ClosedSession {
    /// Whether some day belongs to both.
    fileprivate func overlaps(_ other: ClosedSession) -> Bool {
        let begins = other.from.map { from in until.map { from <= $0 } ?? true } ?? true
        let ends = other.until.map { until in from.map { $0 <= until } ?? true } ?? true
        return begins && ends
    }
}
