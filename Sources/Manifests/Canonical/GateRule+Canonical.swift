import Calendars
import JSON
import Promotions
import Time

extension GateRule {
    var canonicalJSON: JSONValue {
        .object([("name", .string(name)), (kind.name, kind.canonicalJSON)])
    }
}

extension GateRule.Kind {
    /// The field that a manifest writes it in.
    var name: String {
        switch self {
        case .market: "market"
        case .window: "window"
        case .approval: "approval"
        case .soak: "soak"
        case .verification: "verification"
        }
    }

    var canonicalJSON: JSONValue {
        switch self {
        case .market(let rule):
            .object([
                ("calendar", .string(rule.calendar)), ("closedIn", .array(rule.closedIn.map(\.canonicalJSON))),
            ])
        case .window(let window): window.canonicalJSON
        case .approval(let rule):
            .object([
                ("required", .integer(Int64(rule.required))), ("validFor", rule.validFor.map { .string($0.text) }),
            ])
        case .soak(let span): .object([("for", .string(span.text))])
        case .verification(let rule):
            .object([
                ("suite", .string(rule.suite)), ("maxAge", rule.maxAge.map { .string($0.text) }),
                ("mode", .string(rule.mode.rawValue)), ("run", .string(rule.run.rawValue)),
            ])
        }
    }
}

extension ClosedSession {
    var canonicalJSON: JSONValue {
        .object([
            ("session", .string(kind.rawValue)), ("before", .string(before.text)), ("after", .string(after.text)),
            ("from", from.map { .string($0.text) }), ("until", until.map { .string($0.text) }),
        ])
    }
}

extension Window {
    var canonicalJSON: JSONValue {
        .object([("kind", .string(kind.rawValue)), ("timeZone", .string(timeZone))] + times.canonicalFields)
    }
}

extension Window.Times {
    fileprivate var canonicalFields: [(name: String, value: JSONValue?)] {
        switch self {
        case .once(let from, let until): [("from", .string(from.text)), ("until", .string(until.text))]
        case .recurring(let rule, let start, let end):
            [
                ("rrule", .string(rule.text)), ("start", .string(start.text)), end.canonicalField,
                ("from", rule.from.map { .string($0.text) }),
            ]
        }
    }
}

extension Window.End {
    fileprivate var canonicalField: (name: String, value: JSONValue?) {
        switch self {
        case .time(let time): ("end", .string(time.text))
        case .after(let span): ("duration", .string(span.text))
        }
    }
}

extension Window.Moment {
    fileprivate var text: String {
        switch self {
        case .instant(let instant): instant.text
        case .local(let date, let time): date.text + "T" + time.text
        }
    }
}
