public import Time

/// Names of promotions in Kargo's form: the Stage, a ULID, and the beginning of the Freight's name.
public enum PromotionID {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new name; those made later sort later, as far as clocks tell.
    public static func make(stage: String, freight: String, at now: Instant) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(stage: stage, freight: freight, at: now, using: &generator)
    }

    static func make(
        stage: String, freight: String, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> String {
        // 48 bits of milliseconds and 80 random ones, in 26 digits of 5 bits.
        let time = UInt64(max(now.microseconds / 1_000, 0))
        let high = (0..<10).map { digits[Int(time >> UInt64(45 - 5 * $0) & 31)] }
        let low = (0..<16).map { _ in digits[Int.random(in: 0..<32, using: &generator)] }
        let ulid = String(decoding: high + low, as: UTF8.self)
        return "\(stage).\(ulid).\(freight.prefix(7))"
    }
}
