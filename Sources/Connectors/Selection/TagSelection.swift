internal import ICU
public import Promotions

/// Why a subscription cannot be followed as it is written.
public struct SelectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Which tags count, and in which order, before anything is known but their names.
enum TagSelection {
    /// The tags that count for a subscription, in the order in which they are looked at: the first is the newest, unless
    /// that is a question of dates.
    static func ordered(_ tags: [String], for subscription: ImageSubscription) throws(SelectionError) -> [String] {
        switch subscription.strategy {
        case .digest:
            guard let tag = subscription.constraint, TagName.isValid(tag) else {
                throw SelectionError("'Digest' needs the tag that it looks at, as its constraint.")
            }
            return [tag]
        case .semVer:
            return try versions(
                filter(tags, by: subscription.tags), within: subscription.constraint,
                strict: subscription.hasStrictVersions)
        case .lexical, .newestBuild:
            return try lexically(filter(tags, by: subscription.tags))
        }
    }

    /// The tags that a filter lets through. An expression that takes too long fails them all: a selection without some
    /// tags would be another selection.
    static func filter(_ tags: [String], by filter: TagFilter) throws(SelectionError) -> [String] {
        if filter.allow.isEmpty, filter.ignore.isEmpty { return tags }
        let allow = try filter.allow.map(compile)
        let ignore = try filter.ignore.map(compile)
        var kept: [String] = []
        for tag in tags {
            if !allow.isEmpty, try !anyMatches(allow, tag) { continue }
            if try anyMatches(ignore, tag) { continue }
            kept.append(tag)
        }
        return kept
    }

    /// Versions within a range, the highest first; of the same version, the last text first: `1.0.0` before `1.0`.
    static func versions(_ tags: [String], within range: String?, strict: Bool) throws(SelectionError) -> [String] {
        var parsed: VersionRange?
        if let range {
            do { parsed = try VersionRange(range) } catch { throw SelectionError(error.description) }
        }
        return tags.compactMap { SemanticVersion($0, strict: strict) }
            .filter { version in parsed?.contains(version) ?? true }
            .sorted { $0 != $1 ? $0 > $1 : lexical($0.text, $1.text) }
            .map(\.text)
    }

    /// The last by their bytes first.
    static func lexically(_ tags: [String]) -> [String] { tags.sorted(by: lexical) }

    private static func lexical(_ left: String, _ right: String) -> Bool {
        right.utf8.lexicographicallyPrecedes(left.utf8)
    }

    fileprivate static func compile(_ pattern: String) throws(SelectionError) -> RegularExpression {
        if let reason = GoExpression.refusal(of: pattern) { throw SelectionError("'\(pattern)': \(reason)") }
        // Go's empty expression matches everything; ICU has none.
        do { return try RegularExpression(pattern.isEmpty ? "(?:)" : pattern) } catch {
            throw SelectionError("'\(pattern)': \(error)")
        }
    }

    private static func anyMatches(_ expressions: [RegularExpression], _ tag: String) throws(SelectionError) -> Bool {
        for expression in expressions {
            do { if try expression.matches(in: tag) { return true } } catch { throw SelectionError(error.description) }
        }
        return false
    }
}

extension TagFilter {
    /// Tells what is wrong with the expressions, before any tag is known.
    public func check() throws(SelectionError) {
        for expression in allow + ignore { _ = try TagSelection.compile(expression) }
    }

    /// What is wrong with the expressions, in a sentence; nothing if they mean here what they mean to Kargo.
    public var refusal: String? {
        do { try check() } catch { return error.description }
        return nil
    }
}
