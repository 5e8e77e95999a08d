import Time

extension Zones {
    /// What New York's clocks showed, after 1970 in seconds: facts that no later law changes.
    private static let newYork: [(seconds: Int64, offset: Int)] = [
        (126_687_599, -18_000),  // 1974-01-06T06:59:59Z, the second before the winter's summer time
        (126_687_600, -14_400),  // 1974-01-06T07:00:00Z
        (1_162_209_600, -18_000),  // 2006-10-30T12:00:00Z, by the rules before 2007
        (1_173_700_800, -14_400),  // 2007-03-12T12:00:00Z, by those since
        (1_193_745_600, -14_400),  // 2007-10-30T12:00:00Z
        (1_610_712_000, -18_000),  // 2021-01-15T12:00:00Z
        (1_656_676_800, -14_400),  // 2022-07-01T12:00:00Z
    ]

    /// What is wrong with ICU's time zones as a whole, in a sentence; nothing if they are there and give known answers.
    ///
    /// With damaged data ICU answers for Greenwich, and says that all went well.
    public static func fault() -> String? {
        guard let version else { return "ICU cannot read its time zones: its data are missing or damaged" }
        do {
            let rules = try read("America/New_York")
            let wrong = newYork.first { rules.offset(at: Instant(microseconds: $0.seconds * 1_000_000)) != $0.offset }
            guard let wrong else { return nil }
            let instant = Instant(microseconds: wrong.seconds * 1_000_000)
            return "ICU's time zones (tzdata \(version)) are damaged: at \(instant.text) New York's clocks were "
                + "\(OffsetText.of(wrong.offset)), ICU says \(OffsetText.of(rules.offset(at: instant)))"
        } catch {
            return "ICU's time zones (tzdata \(version)) are damaged: \(error)"
        }
    }

    /// The same, after reading every zone there is, so that whatever reading damaged data leads to happens now.
    public static func faultOfAny() -> String? {
        if let fault = fault() { return fault }
        do {
            for name in try ZoneName.all() { _ = try read(name) }
            return nil
        } catch {
            return "ICU's time zones are damaged: \(error)"
        }
    }
}
