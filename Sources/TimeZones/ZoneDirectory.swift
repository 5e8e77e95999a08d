import Locks
public import Time

/// The zones that were asked for, each with the answer to whether its rules can be trusted.
///
/// Rules that are not trusted decide nothing: a gate that needs them cannot tell. They are trusted when ICU's agree with
/// the system's file about the years around now; one of the two was then updated as the other was.
public final class ZoneDirectory: Sendable {
    /// Whether the rules of a zone can be trusted.
    public enum Trust: Sendable {
        /// They can. Whoever keeps them need not ask again but for a recheck.
        case trusted(ZoneRules)
        /// They cannot; the reason is a sentence that names the zone.
        case untrusted(reason: String)
    }

    /// What is wrong with a zone.
    public struct Finding: Hashable, Sendable {
        /// The zone; nothing if it is all of them.
        public let zone: String?
        /// A sentence for a person.
        public let reason: String
    }

    private struct Entry {
        /// Nothing if ICU could not read them.
        var rules: ZoneRules?
        var trust: Trust
    }

    private let fault: String?
    /// The version of ICU's rules.
    public let version: String
    private let file: @Sendable (String) -> [UInt8]?
    private let read: @Sendable (String) throws(ZoneError) -> ZoneRules
    private let entries = Guarded<[String: Entry]>([:])

    /// A directory without zones yet.
    ///
    /// With a fault every zone is untrusted for that reason, and ICU is not asked for any. `systemFile` reads a file of
    /// the system's time zone folder by its name in there.
    public convenience init(fault: String?, systemFile: @escaping @Sendable (String) -> [UInt8]?) {
        self.init(
            fault: fault, version: (fault == nil ? Zones.version : nil) ?? "unknown", systemFile: systemFile,
            read: Zones.read)
    }

    init(
        fault: String?, version: String, systemFile: @escaping @Sendable (String) -> [UInt8]?,
        read: @escaping @Sendable (String) throws(ZoneError) -> ZoneRules
    ) {
        self.fault = fault
        self.version = version
        file = systemFile
        self.read = read
    }

    /// The zone with that name. The error is a person's mistake; data at fault make it untrusted.
    public func zone(_ id: String, now: Instant) throws(ZoneError) -> Trust {
        if let fault { return .untrusted(reason: "the time zone \(id.prefix(64)) cannot be used: \(fault)") }
        if let known = entries.withLock({ $0[id] }) { return known.trust }
        let entry = try judge(id, nil, now: now)
        return entries.withLock { entries in
            // Only names that ICU has come here: there is no end to others.
            let first = entries[id] ?? entry
            entries[id] = first
            return first.trust
        }
    }

    /// Compares every known zone with the system's files again: they may have been updated, and years go by.
    public func recheck(now: Instant) {
        for (id, old) in entries.withLock({ $0 }) {
            guard let entry = try? judge(id, old.rules, now: now) else { continue }
            entries.withLock { $0[id] = entry }
        }
    }

    /// Every zone that is not trusted, in the order of their names.
    public var findings: [Finding] {
        if let fault { return [Finding(zone: nil, reason: fault)] }
        let found = entries.withLock { entries in
            entries.compactMap { id, entry in
                if case .untrusted(let reason) = entry.trust { Finding(zone: id, reason: reason) } else { nil }
            }
        }
        return found.sorted { ($0.zone ?? "") < ($1.zone ?? "") }
    }

    /// Every zone that was asked for, and whether it is trusted; none while all are untrusted.
    public var known: [String: Bool] {
        entries.withLock { entries in
            entries.mapValues { entry in
                if case .trusted = entry.trust { true } else { false }
            }
        }
    }

    private func judge(_ id: String, _ known: ZoneRules?, now: Instant) throws(ZoneError) -> Entry {
        do {
            let rules = if let known { known } else { try read(id) }
            let reason = reasonNotToTrust(rules, now: now)
            return Entry(rules: rules, trust: reason.map { .untrusted(reason: $0) } ?? .trusted(rules))
        } catch {
            guard case .unreadable = error else { throw error }
            return Entry(rules: nil, trust: .untrusted(reason: error.description))
        }
    }

    private func reasonNotToTrust(_ rules: ZoneRules, now: Instant) -> String? {
        let id = rules.id
        guard let bytes = file(id) else {
            return "\(id): this system has no time zone file to compare ICU's rules (tzdata \(version)) with; "
                + "install the package tzdata"
        }
        do {
            let difference = rules.firstDisagreement(with: try TZif(parsing: bytes), around: now)
            guard let difference else { return nil }
            return "\(id): at \(difference.at.text) clocks are \(OffsetText.of(difference.offset)) by ICU (tzdata "
                + "\(version)) and \(OffsetText.of(difference.systemOffset)) by this system (tzdata \(systemVersion)); "
                + "bring both to the newer version"
        } catch {
            return "\(id): this system's time zone file (tzdata \(systemVersion)) is damaged: \(error); install the "
                + "package tzdata again"
        }
    }

    /// What the first line of the text form of the rules says: `# version 2025b`. Compiled files do not tell.
    private var systemVersion: String {
        let line = file("tzdata.zi")?.prefix(64).prefix { $0 != UInt8(ascii: "\n") } ?? []
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        return words.count == 3 && words.starts(with: ["#", "version"]) ? String(words[2]) : "unknown"
    }
}
