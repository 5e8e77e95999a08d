import Time

/// What a market does from instant to instant, each with its trade date: a table to search in.
struct SessionTable: Sendable {
    private let starts: [Int64]
    private let sessions: [CurrentSession]
    private let days: [Int32]

    /// The layers from below: a break shows only where nothing else is going on.
    private static let layers: [CurrentSession] = [.pause, .overnight, .post, .pre, .core]

    /// The table of these days, which are in order.
    init(_ days: [TradingDay]) {
        let tops = Self.painted(days).tops()
        var starts = [Int64.min]
        var sessions = [CurrentSession.none]
        var numbers = [Int32(0)]
        starts.reserveCapacity(tops.count + 1)
        var near = 0
        for top in tops {
            let session = top.layer.map { Self.layers[$0] } ?? .none
            while near < days.count, days[near].end <= top.at { near += 1 }
            let day = session == .none ? 0 : Self.day(of: session, at: top.at, in: days, from: near)
            guard session != sessions[sessions.count - 1] || day != numbers[numbers.count - 1] else { continue }
            starts.append(top.at.microseconds)
            sessions.append(session)
            numbers.append(day)
        }
        self.starts = starts
        self.sessions = sessions
        self.days = numbers
    }

    /// What is going on, and the number of its trade date where there is one.
    func search(_ instant: Instant) -> (index: Int, session: CurrentSession, day: Int?) {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= instant.microseconds { low = middle + 1 } else { high = middle }
        }
        let index = low - 1
        return (index, sessions[index], sessions[index] == .none ? nil : Int(days[index]))
    }

    /// When the core session next begins or ends after that row; a handful of rows lies between.
    func transition(after index: Int) -> (at: Instant, toOpen: Bool)? {
        let isOpen = sessions[index] == .core
        var next = index + 1
        while next < starts.count, (sessions[next] == .core) == isOpen { next += 1 }
        return next < starts.count ? (Instant(microseconds: starts[next]), !isOpen) : nil
    }

    private static func painted(_ days: [TradingDay]) -> Layers {
        var layers = Layers(count: layers.count)
        for day in days {
            if let overnight = day.overnight { layers.add(overnight, to: 1) }
            if let pre = day.pre { layers.add(pre, to: 3) }
            if day.session.breaks.isEmpty {
                layers.add(day.session.open..<day.session.close, to: 4)
            } else {
                for part in day.session.parts { layers.add(part, to: 4) }
                for pause in day.session.breaks { layers.add(pause, to: 0) }
            }
            if let post = day.post { layers.add(post, to: 2) }
        }
        return layers
    }

    /// The day that has this session then: it is among the few that have not ended.
    private static func day(of session: CurrentSession, at instant: Instant, in days: [TradingDay], from near: Int)
        -> Int32
    {
        for index in near..<days.count {
            let day = days[index]
            let holds =
                switch session {
                case .pre: day.pre?.contains(instant) == true
                case .post: day.post?.contains(instant) == true
                case .overnight: day.overnight?.contains(instant) == true
                case .core: (day.session.open..<day.session.close).contains(instant)
                case .pause: day.session.breaks.contains { $0.contains(instant) }
                case .none: true
                }
            if holds { return Int32(index) }
        }
        return 0
    }
}
