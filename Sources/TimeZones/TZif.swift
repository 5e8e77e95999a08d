public import Time

/// A file of compiled time zone rules as systems keep them (RFC 9636): one zone, from instant to instant.
///
/// It is the second opinion beside ICU. Nobody decides by it.
public struct TZif: Hashable, Sendable {
    /// What clocks do, in seconds after 1970 and seconds ahead of UTC.
    struct Change: Hashable, Sendable {
        let at: Int64
        let offset: Int
    }

    /// Before the first change.
    let initialOffset: Int
    let changes: [Change]
    /// After the last change.
    let rule: PosixRule?

    /// Seconds that clocks are ahead of UTC.
    public func offset(at instant: Instant) -> Int {
        let microseconds = instant.microseconds
        return offset(at: microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0))
    }

    private func offset(at second: Int64) -> Int {
        let next = changes.partition { $0.at > second }
        if next == changes.count, let rule { return rule.offset(at: second) }
        return next == 0 ? initialOffset : changes[next - 1].offset
    }

    /// The instants of a range at which clocks may be set.
    func changes(in range: Range<Instant>) -> [Instant] {
        let last = changes.last?.at ?? .min
        let byRule = rule?.changes(from: range.lowerBound, until: range.upperBound).filter { $0.at > last } ?? []
        return (changes + byRule).compactMap { change in
            let (microseconds, overflow) = change.at.multipliedReportingOverflow(by: 1_000_000)
            let instant = Instant(microseconds: microseconds)
            return !overflow && range.contains(instant) ? instant : nil
        }
    }
}

extension Array {
    /// The index of the first element that is beyond, in an array whose elements beyond are its last ones.
    fileprivate func partition(by isBeyond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
