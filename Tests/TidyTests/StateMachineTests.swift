import Promotions
import Testing
import Time

/// The columns and rows of the table in docs/state-machine.md, as values.
private let places: [(name: String, state: PromotionState)] = [
    ("Pending", .pending), ("Waiting", .waiting(.slot)), ("Running, unsent", .running(.unsent)),
    ("Running, sent", .running(.sent)), ("Running, condemned", .running(.condemned(.freightRejected))),
    ("Running, stopping", .running(.stopping(.aborted))), ("Verifying", .verifying),
]
private let events: [(name: String, kinds: [Promotion.Kind], event: PromotionEvent)] =
    [
        ("`held`", Promotion.Kind.allCases, .held(.gate(.marketCoreSession))),
        ("`refused`", Promotion.Kind.allCases, .refused(.freightRejected)),
        ("`started`", [.person, .auto, .rollback], .started), ("`started`, external", [.external], .started),
        ("`sent`", Promotion.Kind.allCases, .sent), ("`withdrawn`", Promotion.Kind.allCases, .withdrawn),
        ("`deployed`", Promotion.Kind.allCases, .deployed),
        ("`given up`", [.person, .auto, .rollback], .givenUp(.aborted)),
        ("`given up`, external", [.external], .givenUp(.aborted)),
    ] + PromotionCode.allCases.map { ("`\($0.rawValue)`", Promotion.Kind.allCases, .ended($0)) }

@Suite struct StateMachineTests {
    private func promotion(_ kind: Promotion.Kind, _ state: PromotionState) -> Promotion {
        let now = Instant(microseconds: 0)
        return Promotion(
            id: "p", stage: "paper", freight: FreightStamp(id: "f", warehouse: "market", discoveredAt: now), kind: kind,
            createdAt: now, state: state)
    }

    private func word(_ state: PromotionState) -> String {
        switch state {
        case .running(.unsent): "Running, unsent"
        case .running(.sent): "Running, sent"
        case .running(.condemned): "Running, condemned"
        case .running(.stopping): "Running, stopping"
        default: state.phase.rawValue
        }
    }

    private func cells(_ line: String) -> [String] {
        line.split(separator: "|").map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func table(below heading: String) throws -> [[String]] {
        let file = try #require(Repository.file("docs/state-machine.md"))
        let section = file.lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.filter { $0.hasPrefix("| ") }.map { cells(String($0)) }
    }

    @Test func everyPairOfPlaceAndEventIsAsTheTableSays() throws {
        let table = try table(below: "Transitions")
        #expect(table.first == ["event"] + places.map(\.name))
        #expect(table.dropFirst().map { $0[0] } == events.map(\.name))
        for (row, event) in zip(table.dropFirst(), events) {
            for (cell, place) in zip(row.dropFirst(), places) {
                for kind in event.kinds {
                    let next = try? transition(promotion(kind, place.state), on: event.event)
                    #expect(next.map { word($0.state) } ?? "–" == cell, "\(event.name) in \(place.name), \(kind)")
                }
            }
        }
    }

    @Test func whatHasEndedTakesNothing() {
        for code in PromotionCode.allCases {
            for event in events {
                #expect(throws: TransitionRefusal.ended(code)) {
                    try transition(promotion(.person, .ended(code)), on: event.event)
                }
            }
        }
    }

    @Test func everyPhaseIsExplainedWithItsSlot() throws {
        let rows = try table(below: "Phases").dropFirst()
        #expect(rows.allSatisfy { $0.count == 3 && !$0[2].isEmpty })
        let phases = Promotion.Phase.allCases.map { "`\($0.rawValue)` \($0.isActive ? "yes" : "no")" }
        #expect(rows.map { "\($0[0]) \($0[1])" } == phases)
    }

    /// The drawing has one arrow at least for each step between phases that the table has, and no other.
    @Test func theDrawingHasTheTablesArrows() throws {
        let file = try #require(Repository.file("docs/state-machine.md"))
        let drawn = Set(
            file.lines.compactMap { line in
                line.firstMatch(of: /^  (\w+) --> (\w+)/).map { "\($0.1) \($0.2)" }
            })
        var made: Set<String> = []
        for place in places {
            for event in events {
                for kind in event.kinds {
                    guard let next = try? transition(promotion(kind, place.state), on: event.event) else { continue }
                    made.insert("\(place.state.phase.rawValue) \(next.phase.rawValue)")
                }
            }
        }
        made.remove("Running Running")
        #expect(drawn == made)
    }

    @Test func codesThatSayOtherwiseAreRefused() {
        for code in GateCode.allCases {
            let fits = (!code.isFinal || code.mayPassLater) && code.verdict != .open
            let held = try? transition(promotion(.auto, .pending), on: .held(.gate(code)))
            #expect(held?.state == (fits ? .waiting(.gate(code)) : nil), "\(code)")
            let refused = try? transition(promotion(.auto, .pending), on: .refused(code))
            #expect(refused?.state == (code.isFinal ? .ended(.refused, gate: code) : nil), "\(code)")
        }
    }

    @Test func theGateThatCondemnedItIsNamedAtItsEnd() throws {
        var promotion = promotion(.person, .running(.sent))
        promotion = try transition(promotion, on: .refused(.freightRejected))
        promotion = try transition(promotion, on: .refused(.stageUnknown))
        promotion = try transition(promotion, on: .ended(.succeeded))
        #expect(promotion.state == .ended(.refusedAfterwards, gate: .freightRejected))
    }
}
