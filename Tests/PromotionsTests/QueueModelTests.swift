import Promotions
import Testing
import Time

/// What a naive book-keeper writes down of one promotion, in minutes and numbers.
private struct Entry {
    let number: Int
    let warehouse: Int
    let freight: Int
    let kind: Promotion.Kind
    let until: Int?
    var word = "waits"

    /// Of Freight of one number that of the second Warehouse counts as newer.
    var age: Int { 2 * freight + warehouse }
}

/// Goes through all entries again and again, and knows nothing of the machine.
private struct Book {
    var entries: [Entry] = []

    mutating func turn(at minute: Int, newestWins: Bool, held: Set<Int>, open: Set<Int>) {
        for index in entries.indices {
            if entries[index].word == "waits", let until = entries[index].until, until <= minute {
                entries[index].word = "expired"
            }
        }
        if entries.contains(where: { $0.word == "works" || $0.word == "is verified" }) { return }
        var best: Int?
        for index in entries.indices where entries[index].word == "waits" && open.contains(entries[index].number) {
            if entries[index].kind == .auto && held.contains(entries[index].warehouse) { continue }
            guard let leader = best else {
                best = index
                continue
            }
            if newestWins {
                let isRollback = entries[index].kind == .rollback
                let leads = entries[leader].kind == .rollback
                if isRollback && !leads { best = index }
                if isRollback == leads && entries[index].age > entries[leader].age { best = index }
            }
        }
        guard let best else { return }
        entries[best].word = "works"
        for index in entries.indices where entries[index].word == "waits" {
            // Entries stand in the order in which they were asked for.
            let undoes = entries[index].kind == .rollback && index > best
            if entries[index].warehouse == entries[best].warehouse && entries[index].freight < entries[best].freight
                && !undoes
            {
                entries[index].word = "superseded"
            }
        }
    }
}

private struct Machine {
    var promotions: [Promotion] = []

    static func instant(_ minute: Int) -> Instant {
        Instant(microseconds: 1_800_000_000_000_000) + .minutes(Int64(minute))
    }

    mutating func apply(_ changed: [Promotion]) {
        for promotion in changed {
            if let index = promotions.firstIndex(where: { $0.id == promotion.id }) { promotions[index] = promotion }
        }
    }

    func word(_ promotion: Promotion) -> String {
        switch promotion.state {
        case .pending, .waiting: "waits"
        case .running: "works"
        case .verifying: "is verified"
        case .ended(.waitExpired, _): "expired"
        case .ended(.superseded, _): "superseded"
        case .ended(let code, _): code.rawValue
        }
    }
}

@Suite struct QueueModelTests {
    /// What may happen to the one that is at work, in the book's words.
    private let happenings: [(event: PromotionEvent, word: String, from: String)] = [
        (.held(.gate(.marketCoreSession)), "waits", "works"), (.deployed, "is verified", "works"),
        (.ended(.stepErrored), "promotion.step_errored", "works"), (.givenUp(.aborted), "promotion.aborted", "works"),
        (.ended(.succeeded), "promotion.succeeded", "is verified"),
        (.ended(.verificationFailed), "promotion.verification_failed", "is verified"),
    ]

    @Test func randomHistoriesAreThoseOfANaiveBook() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        var words: Set<String> = []
        for round in 0..<300 {
            let order = StagePolicy.Queue.allCases.randomElement(using: &random) ?? .fifo
            var book = Book()
            var machine = Machine()
            for minute in 0..<40 {
                if Int.random(in: 0..<3, using: &random) > 0 { add(minute, &book, &machine, &random) }
                happen(&book, &machine, &random)
                let held = Set((0...1).filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
                let open = Set((0..<40).filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
                book.turn(at: minute, newestWins: order == .newestWins, held: held, open: open)
                let queue = StageQueue(order: order, heldOrigins: Set(held.map { "w\($0)" }))
                machine.apply(
                    try queue.turn(machine.promotions.shuffled(using: &random), at: Machine.instant(minute)) {
                        open.contains(Int($0.id) ?? -1)
                    })
                try #require(
                    machine.promotions.map(machine.word) == book.entries.map(\.word),
                    "seed \(seed), round \(round), minute \(minute), \(order)")
                try #require(machine.promotions.filter(\.phase.isActive).count <= 1, "seed \(seed), round \(round)")
            }
            words.formUnion(book.entries.map(\.word))
        }
        #expect(words.isSuperset(of: ["waits", "expired", "superseded", "promotion.succeeded"]), "seed \(seed)")
    }

    private func add(_ minute: Int, _ book: inout Book, _ machine: inout Machine, _ random: inout SplitMix) {
        let entry = Entry(
            number: minute, warehouse: Int.random(in: 0...1, using: &random),
            freight: Int.random(in: 0...9, using: &random),
            kind: [.person, .auto, .rollback].randomElement(using: &random) ?? .auto,
            until: Bool.random(using: &random) ? minute + Int.random(in: 0...12, using: &random) : nil)
        book.entries.append(entry)
        let freight = FreightStamp(
            id: "\(entry.freight)\(entry.warehouse)", warehouse: "w\(entry.warehouse)",
            discoveredAt: Machine.instant(entry.freight))
        machine.promotions.append(
            Promotion(
                id: "\(minute)", stage: "paper", freight: freight, kind: entry.kind,
                createdAt: Machine.instant(minute), waitUntil: entry.until.map(Machine.instant)))
    }

    private func happen(_ book: inout Book, _ machine: inout Machine, _ random: inout SplitMix) {
        guard let happening = happenings.randomElement(using: &random),
            let index = book.entries.firstIndex(where: { $0.word == happening.from })
        else { return }
        book.entries[index].word = happening.word
        if let next = try? transition(machine.promotions[index], on: happening.event) {
            machine.promotions[index] = next
        }
    }
}
