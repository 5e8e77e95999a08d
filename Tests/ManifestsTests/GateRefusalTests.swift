import Manifests
import Testing

@Suite("Refusing a StagePolicy")
struct GateRefusalTests {
    @Test(
        "a gate that is not whole, or more than one",
        arguments: [
            (
                "  queue: fifo",
                ["5:3: spec.gates: 'gates' is missing; an open Stage is written gates: []"]
            ),
            (
                "  gates:",
                ["5:9: spec.gates: must be a list, not nothing"]
            ),
            (
                "  gates: {}",
                ["5:10: spec.gates: must be a list, not a mapping"]
            ),
            (
                "  gates: [{soak: {for: 1h}}]",
                ["5:11: spec.gates[0].name: 'name' is missing"]
            ),
            (
                "  gates: [{name: a}]",
                [
                    "5:11: spec.gates[0]: the gate looks at nothing; add one of market, window, approval, soak, verification"
                ]
            ),
            (
                "  gates: [{name: a, markt: {calendar: XNYS}}]",
                ["5:21: spec.gates[0].markt: there is no field 'markt' here; did you mean 'market'?"]
            ),
            (
                "  gates: [{name: Market_Hours, soak: {for: 1h}}]",
                [
                    "5:18: spec.gates[0].name: 'Market_Hours' is no name; a name has 1 to 63 lowercase letters, digits and '-', and begins and ends without '-'"
                ]
            ),
            (
                "  gates: [{name: freeze, soak: {for: 1h}}]",
                ["5:18: spec.gates[0].name: 'freeze' is the name of a gate that every Stage has; choose another name"]
            ),
            (
                "  gates: [{name: no, soak: {for: 1h}}]",
                [#"5:18: spec.gates[0].name: 'no' without quotes is read as false; write "no" in quotes"#]
            ),
            (
                "  gates: [{name: 7, soak: {for: 1h}}]",
                [#"5:18: spec.gates[0].name: '7' without quotes is read as a number; write "7" in quotes"#]
            ),
            (
                "  gates: [{name: '', soak: {for: 1h}}]",
                ["5:18: spec.gates[0].name: is empty"]
            ),
            (
                "  gates:\n    - {name: a, soak: {for: 1h}}\n    - {name: a, soak: {for: 2h}}",
                ["7:14: spec.gates[1].name: the gate 'a' is already there, at paper.yaml:6:14"]
            ),
            (
                "  gates: [{name: a, approval: {}}]",
                ["5:31: spec.gates[0].approval.required: 'required' is missing; say how many persons must approve"]
            ),
            (
                "  gates: [{name: a, approval: {required: 0}}]",
                ["5:42: spec.gates[0].approval.required: must be a whole number from 1 to 10, not 0"]
            ),
            (
                "  gates: [{name: a, approval: {required: '2'}}]",
                [
                    "5:42: spec.gates[0].approval.required: must be a whole number from 1 to 10, not a text; leave out the quotes"
                ]
            ),
            (
                "  gates: [{name: a, approval: {required: 010}}]",
                ["5:42: spec.gates[0].approval.required: '010' is read as 8; write 8"]
            ),
            (
                "  gates: [{name: a, approval: {required: 1, validFor: 1 day}}]",
                [
                    "5:55: spec.gates[0].approval.validFor: '1 day' is not a duration; write for example 90m, 24h or 1d12h"
                ]
            ),
            (
                "  gates: [{name: a, soak: 1h}]",
                ["5:27: spec.gates[0].soak: must be a mapping, not a text; its fields are: for"]
            ),
            (
                "  gates: [{name: a, soak: {for: 0s}}]",
                ["5:33: spec.gates[0].soak.for: must be from 1s to 365d, not 0s"]
            ),
            (
                "  gates: [{name: a, verification: {mode: enforcing}}]",
                ["5:35: spec.gates[0].verification.suite: 'suite' is missing"]
            ),
            (
                "  gates: [{name: a, verification: {suite: kwok, mode: on}}]",
                ["5:55: spec.gates[0].verification.mode: 'on' is none of enforcing, advisory"]
            ),
            (
                "  gates: [{name: a, verification: {suite: kwok, run: onfreight}}]",
                [
                    "5:54: spec.gates[0].verification.run: 'onfreight' is none of onFreight, onAsk, manual; did you mean 'onFreight'?"
                ]
            ),
        ] as [(String, [String])])
    func gate(spec: String, errors: [String]) {
        let files = [("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec))]
        #expect(Shop.errors(files) == errors.map { "paper.yaml:" + $0 })
    }

    @Test(
        "times that cannot be read",
        arguments: [
            (
                "  gates: [market]",
                [
                    "5:11: spec.gates[0]: must be a mapping, not a text; its fields are: name, market, window, approval, soak, verification"
                ]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS}, soak: {for: 1h}}]",
                ["5:47: spec.gates[0].soak: the gate looks at 'market' already; write a gate of its own for 'soak'"]
            ),
            (
                "  gates: [{name: a, market: {closedIn: [core]}}]",
                ["5:29: spec.gates[0].market.calendar: 'calendar' is missing; write for example calendar: XNYS"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: []}}]",
                [
                    "5:56: spec.gates[0].market.closedIn: a gate that never closes; name a session, such as core, or remove the gate"
                ]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: core}}]",
                ["5:56: spec.gates[0].market.closedIn: must be a list, not a text"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [cor]}}]",
                [
                    "5:57: spec.gates[0].market.closedIn[0]: 'cor' is none of pre, core, post, overnight; did you mean 'core'?"
                ]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, before: 25h}]}}]",
                ["5:81: spec.gates[0].market.closedIn[0].before: must be from 0s to 1d, not 1d1h"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, before: 30}]}}]",
                ["5:81: spec.gates[0].market.closedIn[0].before: '30' has no unit; write for example 30m or 30s"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, before: -5m}]}}]",
                [
                    "5:81: spec.gates[0].market.closedIn[0].before: '-5m' is not a duration; write for example 90m, 24h or 1d12h"
                ]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, befor: 5m}]}}]",
                ["5:73: spec.gates[0].market.closedIn[0].befor: there is no field 'befor' here; did you mean 'before'?"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{before: 5m}]}}]",
                ["5:57: spec.gates[0].market.closedIn[0].session: 'session' is missing"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [core, {session: core, before: 5m}]}}]",
                ["5:63: spec.gates[0].market.closedIn[1]: the session 'core' is already there for these days"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, until: 2026-06-30}, {session: core, from: 2026-06-30}]}}]",
                ["5:93: spec.gates[0].market.closedIn[1]: the session 'core' is already there for these days"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, from: 2026-02-30}]}}]",
                ["5:79: spec.gates[0].market.closedIn[0].from: '2026-02-30' is no day; write for example 2026-01-05"]
            ),
            (
                "  gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, from: 2026-07-01, until: 2026-06-30}]}}]",
                ["5:98: spec.gates[0].market.closedIn[0].until: ends before it begins: 2026-06-30 is before 2026-07-01"]
            ),
            (
                "  gates:\n    - name: a\n      window:\n        kind: deny\n        rrule: FREQ=HOURLY\n        start: 18:00\n        duration: 6h\n        timeZone: America/New_York",
                [
                    "9:16: spec.gates[0].window.rrule: FREQ=HOURLY is not supported; it is one of DAILY, WEEKLY, MONTHLY, YEARLY"
                ]
            ),
            (
                "  gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: 18:00, duration: 6, timeZone: UTC}}]",
                ["5:85: spec.gates[0].window.duration: '6' has no unit; write for example 6m or 6s"]
            ),
            (
                "  gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: 1800, duration: 6h, timeZone: UTC}}]",
                [
                    #"5:68: spec.gates[0].window.start: '1800' without quotes is read as a number; write "1800" in quotes"#
                ]
            ),
            (
                "  gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: 9:30, duration: 6h, timeZone: UTC}}]",
                ["5:68: spec.gates[0].window.start: '9:30' is no time of the day; write hh:mm, such as 17:30"]
            ),
            (
                "  gates: [{name: a, window: {kind: off, rrule: FREQ=DAILY, start: 18:00, duration: 6h, timeZone: UTC}}]",
                [#"5:36: spec.gates[0].window.kind: 'off' without quotes is read as false; write "off" in quotes"#]
            ),
            (
                "  gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: 18:00, duration: 6h}}]",
                ["5:29: spec.gates[0].window.timeZone: 'timeZone' is missing; write for example America/New_York"]
            ),
            (
                "  gates: [{name: a, window: {kind: deny, rrule: FREQ=DAILY, start: 18:00, timezone: UTC}}]",
                [
                    "5:75: spec.gates[0].window.timezone: there is no field 'timezone' here; did you mean 'timeZone'?",
                    "5:29: spec.gates[0].window.end: 'end' is missing; write end, such as 17:30, or duration, such as 6h",
                ]
            ),
            (
                "  gates:\n    - name: a\n      window:\n        kind: off\n        rrule: FREQ=DAILY;COUNT=3;BYDAY=XX\n        start: 9:30\n        duration: 6\n        timezone: UTC\n        until: 2026-12-31",
                [
                    "12:9: spec.gates[0].window.timezone: there is no field 'timezone' here; did you mean 'timeZone'?",
                    #"8:15: spec.gates[0].window.kind: 'off' without quotes is read as false; write "off" in quotes"#,
                    "11:19: spec.gates[0].window.duration: '6' has no unit; write for example 6m or 6s",
                    "13:16: spec.gates[0].window.until: 'until' is for a window without rrule; write UNTIL= in the rrule",
                    "9:16: spec.gates[0].window.rrule: COUNT is not supported; say when it ends with UNTIL",
                    "9:16: spec.gates[0].window.rrule: BYDAY=XX is no day of the week; the days are MO, TU, WE, TH, FR, SA, SU; 3MO is the third Monday, -1FR the last Friday",
                    "10:16: spec.gates[0].window.start: '9:30' is no time of the day; write hh:mm, such as 17:30",
                ]
            ),
        ] as [(String, [String])])
    func times(spec: String, errors: [String]) {
        let files = [("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec))]
        #expect(Shop.errors(files) == errors.map { "paper.yaml:" + $0 })
    }

    @Test(
        "fields beside the gates",
        arguments: [
            (
                "  gates: []\n  enforcement: observed",
                ["6:16: spec.enforcement: 'observed' is none of enforce, observe; did you mean 'observe'?"]
            ),
            (
                "  gates: []\n  queue: lifo",
                ["6:10: spec.queue: 'lifo' is none of newestWins, fifo; did you mean 'fifo'?"]
            ),
            (
                "  gates: []\n  maxwait: 1h",
                ["6:3: spec.maxwait: there is no field 'maxwait' here; did you mean 'maxWait'?"]
            ),
            (
                "  gates: []\n  skippable: 'no'",
                ["6:14: spec.skippable: must be true or false, not a text"]
            ),
            (
                "  gates: []\n  rollback: {gates: [sign-off]}",
                ["6:22: spec.rollback.gates[0]: 'sign-off' is no gate of this Stage"]
            ),
            (
                "  gates: [{name: sign-off, soak: {for: 1h}}]\n  rollback: {gates: [signoff]}",
                ["6:22: spec.rollback.gates[0]: 'signoff' is no gate of this Stage; did you mean 'sign-off'?"]
            ),
            (
                "  gates: []\n  breakGlass: {bypasses: [stage]}",
                ["6:27: spec.breakGlass.bypasses[0]: 'stage' can never be passed"]
            ),
            (
                "  gates: []\n  breakGlass: {bypasses: [freeze, freeze]}",
                ["6:35: spec.breakGlass.bypasses[1]: 'freeze' is named twice"]
            ),
            (
                "  gates: []\n  breakGlass: {bypasses: []}",
                ["6:26: spec.breakGlass.bypasses: names nothing that can be passed; leave out breakGlass"]
            ),
            (
                "  gates: []\n  breakGlass: {approvals: 1}",
                ["6:15: spec.breakGlass.bypasses: 'bypasses' is missing; name the gates that can be passed"]
            ),
            (
                "  gates: []\n  breakGlass: {bypasses: [freeze], maxValidFor: 2d, approvals: 11, reviewWithin: 31d}",
                [
                    "6:49: spec.breakGlass.maxValidFor: must be from 1s to 1d, not 2d",
                    "6:64: spec.breakGlass.approvals: must be a whole number from 0 to 10, not 11",
                    "6:82: spec.breakGlass.reviewWithin: must be from 1s to 30d, not 31d",
                ]
            ),
            (
                "  gates: []\n  deploy: {flux: {}}",
                [
                    "6:12: spec.deploy.flux: there is no field 'flux' here; known are: argocd",
                    "6:11: spec.deploy.argocd: 'argocd' is missing",
                ]
            ),
            (
                "  gates: []\n  deploy: {argocd: {timeout: 10m}}",
                ["6:20: spec.deploy.argocd.application: 'application' is missing"]
            ),
            (
                "  gates: []\n  deploy: {argocd: {application: paper, overrun: stop}}",
                ["6:50: spec.deploy.argocd.overrun: 'stop' is none of finish, abort"]
            ),
            (
                "  gates: []\n  verify: smoke",
                ["6:11: spec.verify: must be a list, not a text"]
            ),
            (
                "  gates: []\n  verify: [{suite: smoke}, {suite: smoke}]",
                ["6:36: spec.verify[1].suite: the suite 'smoke' is run already"]
            ),
            (
                "  gates: []\n  verify: [{suite: smoke, timeout: ~}]",
                ["6:36: spec.verify[0].timeout: must be a text, not nothing"]
            ),
            (
                "  gates: []\n  \"evil\\e[31m\": 1",
                [
                    "6:3: spec.evil?[31m: there is no field 'evil?[31m' here; known are: gates, enforcement, breakGlass, rollback, queue, maxWait, deploy, verify, skippable"
                ]
            ),
        ] as [(String, [String])])
    func besides(spec: String, errors: [String]) {
        let files = [("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec))]
        #expect(Shop.errors(files) == errors.map { "paper.yaml:" + $0 })
    }
}
