/// A generator whose numbers follow from its seed (SplitMix64): a test tells the seed where it fails, so that the failure can
/// be had again.
public struct Seeded: RandomNumberGenerator, Sendable {
    /// What its numbers follow from.
    public let seed: UInt64
    private var state: UInt64

    /// A generator of that seed, or of any.
    public init(seed: UInt64 = .random(in: 0 ... .max)) {
        self.seed = seed
        state = seed
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
