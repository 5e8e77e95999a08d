/// A name of Freight that people can say and remember.
public enum Alias {
    /// Why a name that somebody chose is none.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// One sentence for a person.
        public let description: String
    }

    /// An adjective and an animal. Who finds it taken draws again and says how often: after some attempts there is a
    /// number behind it, so that there is always a name that is free.
    public static func draw(attempt: Int = 0, using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
        let animal = animals[Int.random(in: animals.indices, using: &generator)]
        guard attempt >= attemptsWithoutNumber else { return "\(adjective)-\(animal)" }
        let digits = min(attempt - attemptsWithoutNumber, 5) + 2
        let end = (0..<digits).reduce(1) { product, _ in product * 10 }
        return "\(adjective)-\(animal)-\(Int.random(in: 2..<end, using: &generator))"
    }

    /// Refuses a name that is no DNS label, or that could be taken for a Freight's ID.
    public static func check(_ text: String) throws(Refusal) {
        guard isLabel(text) else {
            throw Refusal(
                description:
                    "an alias has 1 to 63 lowercase letters, digits and '-', and begins and ends without '-'")
        }
        guard !FreightID.isID(text) else {
            throw Refusal(description: "an alias must not look like the ID of Freight, which has 40 hexadecimal digits")
        }
    }

    private static let attemptsWithoutNumber = 8

    private static func isLabel(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: byte == UInt8(ascii: "-")
                }
            }
    }
}
