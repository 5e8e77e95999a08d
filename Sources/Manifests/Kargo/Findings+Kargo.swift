import ICU
import Promotions

extension Findings {
    /// Refuses what is no range of versions, and tells of one in which there are none.
    mutating func check(range: String, at place: Place) {
        guard !isStored else { return }
        do throws(VersionRange.ParseError) {
            guard try !VersionRange(range).hasVersion(near: range) else { return }
            warn(place, "no version lies in \(quoted(range)): nothing can match")
        } catch {
            refuse(
                place, "\(quoted(range)) is no range of versions: nothing can match",
                hint: "write for example ^1.2 or >=1.0.0 <2.0.0")
        }
    }

    /// Refuses an expression that Gatehouse cannot read; Go, which Kargo is written in, reads some that ICU does not.
    mutating func check(expression: String, at place: Place) {
        guard !isStored else { return }
        if let outside = world?.outside {
            guard let reason = outside.refusal(TagFilter(allow: [expression])) else { return }
            cannot(place, "cannot match as Kargo does by \(quoted(expression))", hint: reason)
            return
        }
        do throws(ICUError) {
            _ = try RegularExpression(expression)
        } catch {
            cannot(place, "cannot read the regular expression \(quoted(expression))", hint: error.description)
        }
    }

    /// Tells of a repository that will not be asked about. Where Kargo looks, it is not ours to say.
    mutating func check(source: Subscription.Source, at place: Place) {
        guard orchestrator != .kargo, let objection = world?.outside?.objection(source) else { return }
        warn(place, "nothing will be found here: \(objection)")
    }
}

extension VersionRange {
    /// Whether one of the versions that a range names, or one right before or behind them, lies in it.
    fileprivate func hasVersion(near text: String) -> Bool {
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || ".-*".contains($0)) }
        let named = words.flatMap { word -> [String] in
            let digits = String(word.map { "*xX".contains($0) ? "0" : $0 })
            guard let version = SemanticVersion(digits, strict: false) else { return [] }
            let (major, minor, patch) = (version.core.major, version.core.minor, version.core.patch)
            let next = [
                (major, minor, patch &+ 1), (major, minor, patch &+ 2), (major, minor &+ 1, 0), (major &+ 1, 0, 0),
            ]
            let last = (major, minor, patch > 0 ? patch - 1 : 0)
            return [digits, digits + ".0"] + (next + [last, (major, minor, patch)]).map { "\($0).\($1).\($2)" }
        }
        return (named + ["0.0.0", "0.0.1"]).contains { SemanticVersion($0, strict: false).map(contains) ?? false }
    }
}
