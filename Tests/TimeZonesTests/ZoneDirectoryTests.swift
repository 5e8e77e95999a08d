import ICU
import Locks
import Testing
import Time

@testable import TimeZones

private let now = Instant(microseconds: 1_795_000_000_000_000)  // 2026-11-18

extension ZoneDirectory.Trust {
    fileprivate var rules: ZoneRules? {
        if case .trusted(let rules) = self { rules } else { nil }
    }

    fileprivate var reason: String? {
        if case .untrusted(let reason) = self { reason } else { nil }
    }
}

@Suite("Zones that can be trusted, and others")
struct ZoneDirectoryTests {
    private func directory(_ file: @escaping @Sendable (String) -> [UInt8]?) -> ZoneDirectory {
        ZoneDirectory(fault: nil, systemFile: file)
    }

    @Test(
        "ICU and this machine agree on the exchanges' zones, and on UTC",
        arguments: [
            "America/New_York", "America/Chicago", "America/Toronto", "Europe/London", "Asia/Tokyo", "Asia/Hong_Kong",
            "UTC", "Etc/UTC",
        ])
    func agreed(id: String) throws {
        let directory = directory(systemFile)
        let trust = try directory.zone(id, now: now)
        #expect(trust.rules?.id == id, "\(trust.reason ?? "")")
        #expect(directory.findings == [])
        #expect(directory.known == [id: true])
    }

    @Test(
        "a zone of which this machine knows a later law is trusted exactly if ICU knows it, too",
        .enabled(if: Zones.version == "2022e", "tells what ICU 72 of Debian 12 knows"),
        arguments: [
            ("America/Vancouver", "PST8PDT,M3.2.0,M11.1.0"), ("America/Mexico_City", "CST6CDT,M4.1.0,M10.5.0"),
        ])
    func laterLaw(id: String, rule: String) throws {
        let file = try #require(systemFile(id))
        let lastLine = String(decoding: file, as: UTF8.self).split(separator: "\n").last.map(String.init)
        let trust = try directory(systemFile).zone(id, now: now)
        #expect((trust.rules != nil) == (lastLine == rule), "\(lastLine ?? ""): \(trust.reason ?? "")")
    }

    @Test("a difference is told with the first instant, both offsets and both versions")
    func mismatch() throws {
        let file = FileMaker(changes: [(1_793_512_800, 0)], footer: "EST5").bytes
        let directory = directory { $0 == "tzdata.zi" ? Array("# version 2026f\nR".utf8) : file }
        let reason = try directory.zone("America/New_York", now: now).reason
        let version = try #require(Zones.version)
        // Two years before that New York was in its summer, which this file has not.
        #expect(
            reason == "America/New_York: at 2025-03-09T07:00:00Z clocks are UTC-04:00 by ICU (tzdata \(version)) and "
                + "UTC-05:00 by this system (tzdata 2026f); bring both to the newer version")
        #expect(directory.findings == [.init(zone: "America/New_York", reason: reason ?? "")])
    }

    @Test("without a file, or with a damaged one, a zone is not trusted")
    func noFile() throws {
        let without = directory { _ in nil }
        let missing = try without.zone("Asia/Tokyo", now: now).reason
        #expect(without.known == ["Asia/Tokyo": false])
        #expect(missing?.hasPrefix("Asia/Tokyo: this system has no time zone file to compare ICU's rules") == true)
        let damaged = try directory { _ in Array("TZif2".utf8) }.zone("Asia/Tokyo", now: now).reason
        let start = "Asia/Tokyo: this system's time zone file (tzdata unknown) is damaged: it ends too early"
        #expect(damaged?.hasPrefix(start) == true)
    }

    @Test("a misspelt name is its writer's mistake and no finding")
    func mistake() throws {
        let directory = directory(systemFile)
        #expect(throws: ZoneError.otherName(name: "US/Eastern", of: "America/New_York")) {
            try directory.zone("US/Eastern", now: now)
        }
        #expect(throws: ZoneError.self) { try directory.zone("America/New_Yrok", now: now) }
        #expect(directory.findings == [])
    }

    @Test("where ICU cannot be used no zone is trusted, and neither ICU nor a file is read")
    func fault() throws {
        let read = Guarded(0)
        let directory = ZoneDirectory(
            fault: "its files are damaged", version: "unknown",
            systemFile: { name in
                read.withLock { $0 += 1 }
                return systemFile(name)
            },
            read: { (id) throws(ZoneError) in
                read.withLock { $0 += 1 }
                return try Zones.read(id)
            })
        let reason = try directory.zone("America/New_York", now: now).reason
        #expect(reason == "the time zone America/New_York cannot be used: its files are damaged")
        directory.recheck(now: now)
        #expect(directory.findings == [.init(zone: nil, reason: "its files are damaged")])
        #expect(read.withLock { $0 } == 0)
    }

    @Test("rules that ICU cannot read are untrusted until it can")
    func unreadable() throws {
        let isDamaged = Guarded(true)
        let directory = ZoneDirectory(fault: nil, version: "2022e", systemFile: systemFile) { (id) throws(ZoneError) in
            if isDamaged.withLock({ $0 }) { throw .unreadable(name: id, reason: "it is damaged") }
            return try Zones.read(id)
        }
        let reason = try directory.zone("Asia/Tokyo", now: now).reason
        #expect(reason == "the rules of Asia/Tokyo cannot be read: it is damaged")
        isDamaged.withLock { $0 = false }
        #expect(try directory.zone("Asia/Tokyo", now: now).rules == nil)
        directory.recheck(now: now)
        #expect(try directory.zone("Asia/Tokyo", now: now).rules != nil)
    }

    @Test("a zone is read once, and compared again when asked to be")
    func once() throws {
        let reads = Guarded(0)
        let file = Guarded(systemFile("America/New_York"))
        let directory = ZoneDirectory(
            fault: nil, version: "2022e", systemFile: { _ in file.withLock { $0 } },
            read: { (id) throws(ZoneError) in
                reads.withLock { $0 += 1 }
                return try Zones.read(id)
            })
        let first = try directory.zone("America/New_York", now: now).rules
        #expect(first != nil)
        file.withLock { $0 = FileMaker(footer: "EST5").bytes }
        #expect(try directory.zone("America/New_York", now: now).rules === first)
        directory.recheck(now: now)
        #expect(try directory.zone("America/New_York", now: now).rules == nil)
        #expect(directory.findings.map(\.zone) == ["America/New_York"])
        file.withLock { $0 = systemFile("America/New_York") }
        directory.recheck(now: now)
        #expect(try directory.zone("America/New_York", now: now).rules === first)
        #expect(reads.withLock { $0 } == 1)
    }

    @Test("a law two years away is none of today's business; it becomes that by itself")
    func reach() throws {
        // A file that knows of permanent summer from 2030 on.
        let rules = try Zones.read("America/New_York")
        let start = try Instant(parsing: "2030-03-10T07:00:00Z")
        let changes = rules.transitions.filter { $0.at <= start }.map { change in
            (at: change.at.microseconds / 1_000_000, type: UInt8(change.offset == -18_000 ? 0 : 1))
        }
        let file = try TZif(parsing: FileMaker(changes: changes, footer: "EDT4").bytes)
        #expect(rules.firstDisagreement(with: file, around: now) == nil)
        let found = rules.firstDisagreement(with: file, around: try Instant(parsing: "2028-11-10T00:00:00Z"))
        let autumn = try Instant(parsing: "2030-11-03T06:00:00Z")
        #expect(found == Disagreement(at: autumn, offset: -18_000, systemOffset: -14_400))
    }
}
