/// A page of measurements in Prometheus' text format, version 0.0.4.
public struct MetricsPage: Sendable {
    private var text = ""

    /// An empty page.
    public init() {}

    /// The page's bytes.
    public var bytes: [UInt8] { Array(text.utf8) }

    /// What a measurement is.
    public enum Kind: String, Sendable {
        /// A number that only grows.
        case counter
        /// A number that goes up and down.
        case gauge
        /// Numbers by size.
        case histogram
    }

    /// Begins a measurement: its name, kind, and what it tells, in one sentence.
    public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One value of the family begun last.
    public mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        text += "\(name)\(Self.braces(labels)) \(number)\n"
    }

    /// A family with a single value.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help)
        sample(name, value)
    }

    /// One histogram of the family begun last; `counts` has one bucket more than `bounds`.
    public mutating func histogram(
        _ name: String, _ labels: [(String, String)], bounds: [Double], counts: [Int64], sum: Double
    ) {
        var total: Int64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? String(bounds[index]) : "+Inf"
            sample(name + "_bucket", labels + [("le", bound)], Double(total))
        }
        sample(name + "_sum", labels, sum)
        sample(name + "_count", labels, Double(total))
    }

    private mutating func sample(_ name: String, _ value: Double) {
        sample(name, [], value)
    }

    private static func braces(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
