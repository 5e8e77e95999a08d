import Calendars
import JSON
import Promotions
import Time
import TimeZones

extension Decision {
    /// The decision as programs and people read it.
    func write(into json: inout JSONWriter) {
        json.member("allowed", isAllowed)
        json.member("final", isFinal)
        json.member("verdict", verdict.rawValue)
        json.member("code", code.rawValue)
        let reasons = Reasons(self)
        json.member("reason", reasons.whole)
        json.member("project", situation.project)
        json.member("stage", situation.stage)
        json.member("freight", freight?.id)
        let zone = situation.plan?.zone
        json.time("decidedAt", "decidedAtLocal", question.at, zone)
        json.time("nextOpen", "nextOpenLocal", nextOpen, zone)
        json.time("nextClose", "nextCloseLocal", nextClose, zone)
        json.time("nextQuiet", "nextQuietLocal", nextQuiet, zone)
        json.member("needs", needs.map(\.rawValue))
        if freight == nil { json.member("notJudged", notJudged) }
        json.member("gates", gates) { gate, json in write(gate, reasons, into: &json) }
        json.member("skippedStages", freight?.skippedStages ?? [])
        if let override {
            json.name("override")
            json.beginObject()
            json.member("id", override.id)
            json.member("state", override.state.rawValue)
            json.member("covers", coveredGates)
            json.endObject()
        }
        if isObserved { json.member("enforcement", StagePolicy.Enforcement.observe.rawValue) }
        json.name("policy")
        json.beginObject()
        json.member("revision", situation.revision)
        json.member("epoch", situation.epoch)
        json.endObject()
        if let calendar = situation.plan?.calendar { write(calendar, into: &json) }
        json.member("tzdata", situation.tzdata)
    }

    private func write(_ gate: GateResult, _ reasons: Reasons, into json: inout JSONWriter) {
        json.member("name", name(of: gate))
        json.member("kind", gate.kind.rawValue)
        json.member("verdict", gate.verdict.rawValue)
        json.member("code", gate.code.rawValue)
        json.member("reason", reasons.of(gate))
        json.time("until", "untilLocal", gate.until, nil)
        json.member("bypassable", gate.isBypassable)
    }

    private func write(_ calendar: ExchangeCalendar, into json: inout JSONWriter) {
        json.name("calendar")
        json.beginObject()
        json.member("id", calendar.id)
        json.member("version", calendar.version)
        json.member("confidence", calendar.confidence(at: question.at).rawValue)
        json.member("adjustments", calendar.adjustments.map(\.id))
        json.endObject()
    }
}

extension JSONWriter {
    /// Writes an instant, and what clocks in a zone show then; nothing where there is none.
    mutating func time(_ name: StaticString, _ localName: StaticString, _ instant: Instant?, _ zone: ZoneRules?) {
        guard let instant else { return }
        self.name(name)
        value(plain: Instant.textLength) { instant.write(to: &$0) }
        guard let zone else { return }
        self.name(localName)
        value(plain: LocalTime.textLength) { zone.local(at: instant).write(to: &$0) }
    }
}
