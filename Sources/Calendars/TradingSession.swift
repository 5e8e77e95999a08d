public import Time

/// A kind of trading that a gate may be closed in.
public enum SessionKind: String, CaseIterable, Sendable {
    /// Early trading, until the exchange opens.
    case pre
    /// The exchange's own hours.
    case core
    /// Late trading, after the exchange has closed.
    case post
    /// Trading in the night before the trade date.
    case overnight
}

/// The core trading of one trade date.
public struct TradingSession: Hashable, Sendable {
    /// The trade date, which in some markets is the day after the one it opens on.
    public let date: CivilDate
    /// The first instant of trading.
    public let open: Instant
    /// The first instant after trading.
    public let close: Instant
    /// When trading pauses within the session, in their order.
    public let breaks: [Range<Instant>]
    /// Whether it closes before the usual time.
    public let isEarlyClose: Bool
    /// Whether it opens after the usual time.
    public let isLateOpen: Bool

    init(
        date: CivilDate, open: Instant, close: Instant, breaks: [Range<Instant>] = [], isEarlyClose: Bool = false,
        isLateOpen: Bool = false
    ) {
        self.date = date
        self.open = open
        self.close = close
        self.breaks = breaks
        self.isEarlyClose = isEarlyClose
        self.isLateOpen = isLateOpen
    }

    /// When there is trading: the session without its breaks.
    public var parts: [Range<Instant>] {
        guard !breaks.isEmpty else { return [open..<close] }
        var parts: [Range<Instant>] = []
        var start = open
        for pause in breaks {
            parts.append(start..<pause.lowerBound)
            start = pause.upperBound
        }
        return parts + [start..<close]
    }

    /// The same trade date with other times of trading, which are in order and touch none; nothing where none is left.
    func trading(in parts: [Range<Instant>], isEarlyClose: Bool, isLateOpen: Bool) -> TradingSession? {
        guard let first = parts.first, let last = parts.last else { return nil }
        return TradingSession(
            date: date, open: first.lowerBound, close: last.upperBound,
            breaks: zip(parts, parts.dropFirst()).map { $0.upperBound..<$1.lowerBound },
            isEarlyClose: isEarlyClose, isLateOpen: isLateOpen)
    }
}
