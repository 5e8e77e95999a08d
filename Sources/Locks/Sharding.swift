import Glibc

/// Spreads what every request touches over several places, one for each thread that serves: a counter that two
/// processors add to in turn costs more than the rest of its request's bookkeeping.
public enum Sharding {
    /// How many places there are.
    public static let count = 16

    /// The place of the thread that asks.
    public static var place: Int {
        // Threads' stacks lie megabytes apart; the multiplication brings that difference into the highest bits.
        let mixed = UInt64(truncatingIfNeeded: pthread_self()) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 60)
    }
}
