extension OutputSpan<UInt8> {
    /// Writes the last two digits of a number that is not negative.
    mutating func append(two value: Int64) {
        append(UInt8(truncatingIfNeeded: 48 + value / 10 % 10))
        append(UInt8(truncatingIfNeeded: 48 + value % 10))
    }
}
