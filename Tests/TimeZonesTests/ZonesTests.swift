import SeededTesting
import Testing
import Time

@testable import ICU
@testable import TimeZones

@Suite("Zones by their names")
struct ZonesTests {
    @Test(
        "a zone is taken by the name that tzdata gives it",
        arguments: [
            "America/New_York", "Europe/London", "Asia/Tokyo", "UTC", "Etc/UTC", "Etc/GMT+5", "Asia/Kolkata",
            "Europe/Kyiv", "America/Argentina/Buenos_Aires",
        ])
    func taken(name: String) throws {
        #expect(try Zones.read(name).id == name)
    }

    @Test(
        "other names are refused with what to write",
        arguments: [
            ("US/Eastern", "'US/Eastern' is another name of America/New_York: write America/New_York"),
            ("Asia/Calcutta", "write Asia/Kolkata"), ("Zulu", "write Etc/UTC"),
            ("EST", "write Etc/GMT+5, or for a place its own zone"), ("PST", "write America/Los_Angeles"),
            ("America/new_york", "'America/new_york' is no time zone: write America/New_York"),
            ("america/new york", "write America/New_York"), ("Tokyo", "write Asia/Tokyo"),
            ("kolkata", "write Asia/Kolkata"), ("utc", "write Etc/UTC"),
            ("GMT+5", "an offset does not know of summer time"), ("UTC+5", "such as America/New_York, or UTC"),
            ("GMT+25", "an offset does not know"), ("-05:00", "an offset does not know"),
            ("", "write the name of a zone, such as America/New_York"),
            ("America/New_Yrok", "names are those of the IANA time zone database that ICU has (20"),
            ("Etc/Unknown", "is no time zone"), ("Factory", "is no time zone"),
            ("America/New_York\0", "is no time zone"), ("../../etc/passwd", "is no time zone"),
            ("Amérique/Montréal", "is no time zone"), (String(repeating: "A", count: 65), "write the name of a zone"),
        ])
    func refused(name: String, advice: String) {
        let error = #expect(throws: ZoneError.self) { try Zones.read(name) }
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
        if case .unreadable = error { Issue.record("it is a person's mistake") }
    }

    @Test("every zone of this machine's list of places is taken, if ICU has heard of it")
    func places() throws {
        let table = String(decoding: try #require(systemFile("zone.tab")), as: UTF8.self)
        let lines = table.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let names = lines.map { String($0.split(separator: "\t")[2]) }
        #expect(names.count > 300)
        for name in names where try ZoneReader.canonicalName(of: name) != nil {
            #expect(throws: Never.self, "\(name)") { try ZoneName.canonical(name) }
        }
    }

    @Test("the library's zones pass the known answers, each of them")
    func noFault() {
        #expect(Zones.faultOfAny() == nil)
    }

    // A seed that fails is printed as its case's argument: add it here.
    @Test("a table answers what ICU answers, in every zone", arguments: [1, .random(in: 2 ... .max)] as [UInt64])
    func sameAsICU(seed: UInt64) throws {
        var generator = Seeded(seed: seed)
        for id in try ZoneName.all() {
            let rules = try Zones.read(id)
            let calendar = try ZoneCalendar.open(zone: ZoneName.canonical(id))
            let coverage = rules.coverage.lowerBound.microseconds..<rules.coverage.upperBound.microseconds
            for _ in 0..<40 {
                let seconds = Int64.random(in: coverage, using: &generator) / 1_000_000
                let expected = try calendar.offset(at: seconds)
                let instant = Instant(microseconds: seconds * 1_000_000)
                #expect(rules.offset(at: instant) == expected, "seed \(seed), \(id), \(instant.text)")
            }
            for change in rules.transitions where change.at.microseconds % 7 == 0 {
                let seconds = change.at.microseconds / 1_000_000
                let before = try calendar.offset(at: seconds - 1)
                #expect(rules.offset(at: change.at - .seconds(1)) == before, "\(id), \(change.at.text)")
                #expect(try calendar.offset(at: seconds) == change.offset, "\(id), \(change.at.text)")
            }
        }
    }

    @Test("neighbours in a table differ in what can be seen")
    func nothingInvisible() throws {
        for id in ["America/New_York", "Europe/London", "Asia/Hong_Kong", "Europe/Lisbon"] {
            let rules = try Zones.read(id)
            var last = (rules.initialOffset, rules.abbreviation(at: rules.coverage.lowerBound))
            for change in rules.transitions {
                let now = (change.offset, rules.abbreviation(at: change.at))
                #expect(now != last, "\(id), \(change.at.text)")
                last = now
            }
        }
    }

    @Test("clocks without letters are called by their offset")
    func abbreviations() throws {
        let now = try Instant(parsing: "2026-11-20T12:00:00Z")
        for (id, expected) in [
            ("Asia/Kolkata", "UTC+05:30"), ("Asia/Tokyo", "UTC+09:00"), ("Europe/London", "GMT"), ("UTC", "UTC"),
            ("America/Chicago", "CST"), ("America/Sao_Paulo", "UTC-03:00"),
        ] {
            #expect(try Zones.read(id).abbreviation(at: now) == expected)
        }
    }
}
