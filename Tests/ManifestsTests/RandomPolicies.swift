import Calendars
import Manifests
import Promotions
import SeededTesting
import Time

/// Policies of all kinds, as manifests could have them.
struct RandomPolicies {
    var generator: Seeded

    mutating func set() throws -> ManifestSet {
        let names = ["beta", "paper", "live", "dr-1"].shuffled(using: &generator).prefix(number(0...4))
        return ManifestSet(
            projectPolicy: ProjectPolicy(
                project: "shop", orchestrator: word(Orchestrator.self), changeApprovals: number(0...10)),
            stagePolicies: try names.map { try stage($0) })
    }

    private mutating func stage(_ name: String) throws -> StagePolicy {
        let gates = try (0..<number(0...6)).map { GateRule(name: "gate-\($0)", kind: try kind()) }
        let names = gates.map(\.name)
        let bypasses = (names + ["freeze", "availability"]).shuffled(using: &generator).prefix(number(1...3))
        return StagePolicy(
            stage: name, gates: gates, enforcement: word(StagePolicy.Enforcement.self),
            breakGlass: flip()
                ? .init(
                    bypasses: Array(bypasses), maxValidFor: span(1...86_400), approvals: number(0...10),
                    reviewWithin: span(1...2_592_000)) : nil,
            rollbackGates: flip() ? Array(names.prefix(number(0...6))) : nil, queue: word(StagePolicy.Queue.self),
            maxWait: span(1...864_000),
            deploy: flip()
                ? .init(
                    // An Application belongs to one Stage.
                    application: "\(name) \"é\\ 🚪", helmParameter: flip() ? "image.tag" : nil,
                    timeout: span(1...86_400), overrun: word(StagePolicy.Deploy.Overrun.self)) : nil,
            verify: (0..<number(0...3)).map {
                .init(suite: "suite-\($0)", mode: word(VerificationRule.Mode.self), timeout: span(1...86_400))
            },
            isSkippable: flip())
    }

    private mutating func kind() throws -> GateRule.Kind {
        switch number(0...4) {
        case 0: .market(MarketRule(calendar: "XNYS", closedIn: sessions()))
        case 1: .window(try Window(window()))
        case 2: .approval(ApprovalRule(required: number(1...10), validFor: flip() ? span(1...864_000) : nil))
        case 3: .soak(span(1...864_000))
        default:
            .verification(
                VerificationRule(
                    suite: "kwok", maxAge: flip() ? span(1...864_000) : nil, mode: word(VerificationRule.Mode.self),
                    run: word(VerificationRule.Run.self)))
        }
    }

    private mutating func sessions() -> [ClosedSession] {
        SessionKind.allCases.shuffled(using: &generator).prefix(number(1...4)).map { kind in
            let from = date()
            return ClosedSession(
                kind: kind, before: span(0...86_400), after: span(0...86_400), from: flip() ? from : nil,
                until: flip() ? CivilDate(daysSinceEpoch: from.daysSinceEpoch + number(0...100)) : nil)
        }
    }

    private mutating func window() -> Window.Fields {
        var fields = Window.Fields(kind: word(Window.Kind.self).rawValue, timeZone: "America/New_York")
        switch number(0...2) {
        case 0:
            (fields.from, fields.until) = ("\(date().text)T18:00", "2040-01-01T24:00")
        case 1:
            (fields.from, fields.until) = ("\(date().text)T18:00:00.5-05:00", "2040-01-01T00:00:00Z")
        default:
            fields.rrule = [
                "FREQ=WEEKLY;BYDAY=FR,MO", "FREQ=MONTHLY;BYDAY=3FR,-1MO", "FREQ=DAILY;INTERVAL=3;UNTIL=20391231",
                "FREQ=YEARLY;BYMONTH=12,1;BYMONTHDAY=-1,24", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1,2",
                "FREQ=DAILY;UNTIL=20391231T220000Z",
            ].randomElement(using: &generator)
            fields.from = date().text
            fields.start = flip() ? "18:00" : "00:00:07"
            if flip() { fields.end = flip() ? "24:00" : "17:59:59" } else { fields.duration = span(1...864_000).text }
        }
        return fields
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func flip() -> Bool { Bool.random(using: &generator) }
    private mutating func span(_ seconds: ClosedRange<Int64>) -> TimeSpan {
        .seconds(Int64.random(in: seconds, using: &generator))
    }
    private mutating func date() -> CivilDate { CivilDate(daysSinceEpoch: 20_000 + number(0...2_000)) }
    private mutating func word<Word: CaseIterable>(_ type: Word.Type) -> Word {
        let words = Array(type.allCases)
        return words[number(0...words.count - 1)]
    }
}
