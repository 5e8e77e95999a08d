import Glibc

/// A page in Prometheus' text format, read strictly.
struct MetricsText {
    private(set) var findings: [String] = []
    private var kinds: [String: String] = [:]
    private var helped: Set<String> = []
    private var seen: Set<Substring> = []
    private var family = ""
    private var buckets: [String: [(bound: Double, count: Double)]] = [:]
    private var counts: [String: Double] = [:]

    init(_ text: String) {
        if !text.hasSuffix("\n") { findings.append("the last line does not end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { read(line) }
        for (series, count) in counts {
            let ladder = buckets[series] ?? []
            if ladder.last?.bound != .infinity || ladder.last?.count != count {
                findings.append("\(series): +Inf is not the count")
            }
            for (left, right) in zip(ladder, ladder.dropFirst())
            where left.bound >= right.bound || left.count > right.count {
                findings.append("\(series): the buckets do not rise")
            }
        }
        for series in buckets.keys where counts[series] == nil { findings.append("\(series): no count") }
    }

    private mutating func read(_ line: Substring) {
        if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
            if !helped.insert(String(match.1)).inserted { findings.append("\(match.1) is explained twice") }
        } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
            family = String(match.1)
            if kinds.updateValue(String(match.2), forKey: family) != nil {
                findings.append("\(family) is declared twice")
            }
            if !helped.contains(family) { findings.append("\(family) is not explained") }
            if match.2 == "counter", !family.hasSuffix("_total") {
                findings.append("the counter \(family) does not end in _total")
            }
            if match.2 != "counter", family.hasSuffix("_total") {
                findings.append("\(family) ends in _total and is no counter")
            }
        } else if let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/) {
            sample(name: String(match.1), labels: match.2.map(String.init) ?? "", value: match.3)
            if !seen.insert(line.prefix { $0 != " " } + (match.2 ?? "")).inserted { findings.append("twice: \(line)") }
        } else {
            findings.append("not understood: \(line)")
        }
    }

    private mutating func sample(name: String, labels: String, value: Substring) {
        guard let number = Double(value) else {
            findings.append("\(name): '\(value)' is no number")
            return
        }
        guard labels.wholeMatch(of: /(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,|$))*/) != nil else {
            findings.append("\(name): the labels \(labels) cannot be read")
            return
        }
        guard kinds[family] == "histogram" else {
            if name != family { findings.append("\(name) stands in the family \(family)") }
            return
        }
        let parts = labels.split(separator: ",").filter { !$0.hasPrefix("le=") }.joined(separator: ",")
        switch name {
        case family + "_bucket":
            let bound = labels.firstMatch(of: /le="([^"]*)"/).flatMap { $0.1 == "+Inf" ? .infinity : Double($0.1) }
            buckets[family + parts, default: []].append((bound ?? .nan, number))
        case family + "_count": counts[family + parts] = number
        case family + "_sum": break
        default: findings.append("\(name) stands in the family \(family)")
        }
    }
}

/// Prometheus' own checker, where it is installed.
enum Promtool {
    static let path: String? = {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        return (folders + [Program.repository + "/.build/tools"]).map { $0 + "/promtool" }.first {
            access($0, X_OK) == 0
        }
    }()
}
