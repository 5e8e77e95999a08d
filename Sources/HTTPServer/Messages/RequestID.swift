import Synchronization

/// Names for requests, different in every process and for every request.
struct RequestIDs: ~Copyable, Sendable {
    private let count: Atomic<UInt64>

    /// The names of one thread that serves.
    init(place: Int) {
        // 20 random bits tell processes apart, 4 bits their threads, 40 bits count.
        count = Atomic(UInt64.random(in: 0..<(1 << 20)) << 44 | UInt64(place & 15) << 40)
    }

    borrowing func next() -> String {
        Self.name(count.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// A number as a name: 13 characters, which Swift keeps without an allocation.
    private static func name(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 13) { buffer in
            var rest = number
            for index in stride(from: 12, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest & 31)
                buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                rest >>= 5
            }
            return 13
        }
    }

    /// A client's own name for its request, if it is harmless in a log.
    static func accepted(_ given: String?) -> String? {
        guard let given, (1...64).contains(given.utf8.count) else { return nil }
        let isHarmless = given.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isHarmless ? given : nil
    }
}
