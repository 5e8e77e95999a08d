import JSON
import Ledger
import Promotions
import Time
import TimeZones

/// An event as people are told of it: one sentence, and where there is more.
struct Notice: Equatable, Sendable {
    /// What kinds of events people are told of.
    static let codes: [EventCode] = EventCode.allCases.filter { code in
        told.contains(code) || code.rawValue.hasPrefix("audit.")
    }

    private static let told: Set<EventCode> = [
        .overrideRequested, .overrideApproved, .overrideConsumed, .overrideDenied, .overrideRevoked, .overrideExpired,
        .overrideReviewDue, .promotionHeld, .promotionEnded, .freezeStarted, .freezeEnded, .freezeExpired,
        .stageDisabled, .stageEnabled, .revisionPending, .calendarHorizon, .tokenExpiresSoon,
    ]

    /// What kind of event it was.
    let code: EventCode
    /// The project, if it concerns one.
    let project: String?
    /// What happened, in a sentence.
    let text: String
    /// The path below the server's address under which there is more.
    let path: String?

    /// An event, of whose Freight people say `alias` and whose times are told by a zone's clocks, too; nothing where nobody
    /// has to be told.
    init?(_ event: JSONValue, alias: String?, zone: ZoneRules? = nil) {
        let words = NoticeWords(event, alias: alias, zone: zone)
        guard let code = event["code"]?.string.flatMap(EventCode.init), Self.codes.contains(code),
            let text = words.text(of: code)
        else { return nil }
        self.code = code
        project = event["project"]?.string
        self.text = (event["drill"]?.bool == true ? "Drill: " : "") + text
        path = words.path(of: code)
    }

    /// Whether it concerns whoever cares for these projects: what stops all of them, and all that goes by a calendar, does.
    func concerns(_ projects: Set<String>?) -> Bool {
        guard let projects else { return true }
        if let project { return projects.contains(project) }
        return [.freezeStarted, .freezeEnded, .freezeExpired, .calendarHorizon].contains(code)
    }
}

/// What an event says, in words.
private struct NoticeWords {
    private static let longestReason = 300

    private let event: JSONValue
    private let alias: String?
    private let zone: ZoneRules?

    init(_ event: JSONValue, alias: String?, zone: ZoneRules?) {
        self.event = event
        self.alias = alias
        self.zone = zone
    }

    private var actor: String { event["actor"]?["name"]?.string ?? "somebody" }
    private var project: String? { event["project"]?.string }
    private var stage: String { event["stage"]?.string ?? "a Stage" }
    private var place: String { "\(stage) of \(project ?? "a project")" }
    private var freight: String { alias ?? event["freight"]?.string.map { String($0.prefix(8)) } ?? "Freight" }
    private var emergency: String { "break-glass into \(place) for \(freight)" }
    private var scope: String { project == nil ? "everything" : event["stage"] == nil ? project ?? "" : place }

    private func detail(_ name: String) -> String? { event["details"]?[name]?.string }
    private func number(_ name: String) -> Int64? { event["details"]?[name]?.integer }

    /// Why, after a colon, if anybody said; in one line, however it was written.
    private var because: String { Self.tail(event["reason"]?.string ?? detail("reason")) }

    private static func tail(_ reason: String?) -> String {
        guard let reason, !reason.isEmpty else { return "" }
        let line = reason.split { $0.isNewline || $0.isWhitespace || $0.asciiValue.map { $0 < 0x20 } == true }
            .joined(separator: " ")
        return ": " + (line.count > longestReason ? line.prefix(longestReason) + "…" : line)
    }

    /// The sentence; nothing where the event is none that anybody has to know of.
    func text(of code: EventCode) -> String? {
        switch code {
        case .overrideRequested, .overrideApproved, .overrideConsumed, .overrideDenied, .overrideRevoked,
            .overrideExpired, .overrideReviewDue:
            ofEmergency(code)
        case .promotionHeld: "\(freight) waits to go into \(place)\(because)"
        case .promotionEnded: ending
        case .freezeStarted:
            "\(actor) stopped the line for \(scope)\(detail("until").map { " until \(time($0))" } ?? "")\(because)"
        case .freezeEnded: "\(actor) lets the line go on for \(scope)\(because)"
        case .freezeExpired:
            "\(detail("startedBy") ?? "somebody")'s freeze of \(scope) was over at \(time(detail("until"))), and the line goes on"
                + because
        case .stageDisabled: "\(actor) disabled \(place)\(because)"
        case .stageEnabled: "\(actor) enabled \(place)\(because)"
        case .revisionPending:
            "\(actor) wrote revision \(number("revision") ?? 0) of \(project ?? ""), which lets more through and waits "
                + "until others agree (\(number("approvalsRequired") ?? 1))\(because)"
        case .calendarHorizon: ofCalendar
        case .tokenExpiresSoon:
            "\(detail("subject") ?? "somebody")'s token '\(detail("name") ?? "")' ends at \(time(detail("expiresAt")))"
        default: "alarm of the audit log, \(code.rawValue)\(because)"
        }
    }

    private func ofEmergency(_ code: EventCode) -> String {
        switch code {
        case .overrideRequested:
            let approvals = number("approvals") ?? 0
            let end = (event["at"]?.string).flatMap { try? Instant(parsing: $0) }.map { $0 + OverrideTimes.timeToAgree }
            let wanted = approvals == 0 ? "nobody else has to agree" : "approve by \(time(end?.text))"
            return "\(actor) asks to break glass into \(place) for \(freight)\(because) (\(wanted))"
        case .overrideApproved:
            let missing = number("approvalsMissing") ?? 0
            let rest = missing == 0 ? "it can be used now" : "\(missing) more must agree"
            return "\(actor) agreed to \(emergency); \(rest)\(because)"
        case .overrideConsumed:
            let covered = event["details"]?["covers"]?.array?.compactMap(\.string).joined(separator: ", ") ?? ""
            return "\(freight) went into \(place) by break-glass past \(covered)\(because)"
        case .overrideDenied: return "\(actor) said no to \(emergency)\(because)"
        case .overrideRevoked: return "\(actor) took \(emergency) back\(because)"
        case .overrideExpired: return "\(emergency) has expired; nothing came of it"
        default:
            return "\(emergency), which \(detail("requestedBy") ?? "somebody") asked for, should have been reviewed by "
                + time(detail("due"))
        }
    }

    private var ofCalendar: String {
        let (calendar, end, days) = (detail("calendar") ?? "", detail("end") ?? "", number("days") ?? 0)
        guard detail("confidence") != nil else {
            return "calendar \(calendar) ends in \(days) days, after \(end): load a newer one"
        }
        let newer = "load a newer one, or a newer Gatehouse"
        return days < 0
            ? "the sessions of calendar \(calendar) are projected by now: it is published until \(end); \(newer)"
            : "calendar \(calendar) is published for \(days) more days, until \(end), and projected from then on: \(newer)"
    }

    /// What went wrong. What went well, what newer Freight took the place of, and what somebody gave up needs no word.
    private var ending: String? {
        guard let code = detail("code").flatMap(PromotionCode.init) else { return nil }
        switch code {
        case .succeeded, .superseded, .aborted, .abortedByDisabling: return nil
        case .waitExpired: return "\(freight) was not let into \(place) in time\(because)"
        case .refused: return "\(freight) is refused by \(place) for good\(because)"
        default: return "\(freight) failed in \(place), \(code.rawValue)\(because)"
        }
    }

    /// To the minute, with what clocks show where people trade.
    private func time(_ text: String?) -> String {
        guard let text else { return "an unknown time" }
        guard let instant = try? Instant(parsing: text) else { return text }
        let universal = "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
        guard let zone else { return universal }
        let (local, abbreviation) = zone.reading(at: instant)
        let date = local.date.text == text.prefix(10) ? "" : local.date.text + " "
        return "\(universal) (\(date)\(local.time.text.prefix(5)) \(abbreviation))"
    }

    func path(of code: EventCode) -> String? {
        func below(_ parts: String?...) -> String? {
            parts.contains(nil) ? nil : "/v1/" + parts.compactMap(\.self).map(Self.encoded).joined(separator: "/")
        }
        return switch code {
        case .promotionHeld, .promotionEnded: below("projects", project, "promotions", event["promotion"]?.string)
        case .freezeStarted, .freezeEnded, .freezeExpired: below("freezes", detail("freeze"))
        case .stageDisabled, .stageEnabled: below("projects", project, "stages", stage)
        case .revisionPending: below("projects", project, "revisions", number("revision").map { String($0) })
        case .calendarHorizon: below("calendars", detail("calendar"))
        case .tokenExpiresSoon: below("tokens", detail("token"))
        default:
            code.rawValue.hasPrefix("override.") ? below("projects", project, "break-glass", detail("override")) : nil
        }
    }

    private static func encoded(_ part: String) -> String {
        part.utf8.reduce(into: "") { text, byte in
            let isPlain =
                0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
}
