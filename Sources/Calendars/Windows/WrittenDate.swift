import Time

extension CivilDate {
    /// Reads `YYYY-MM-DD`.
    init?(written text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2] else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// The day as `YYYY-MM-DD`.
    var written: String {
        String(Instant(microseconds: Int64(daysSinceEpoch) * 86_400_000_000).text.prefix { $0 != "T" })
    }
}
