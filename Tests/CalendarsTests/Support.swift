import Glibc
import Testing
import Time
import TimeZones

@testable import Calendars

/// The exchange, made once for all tests.
let xnys = ExchangeCalendar.xnys(zone: Zones.newYork)

/// A date as it is written.
func date(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> CivilDate {
    try #require(CivilDate(parsing: text), sourceLocation: location)
}

/// An instant as it is written.
func at(_ text: String) throws -> Instant { try Instant(parsing: text) }

/// What `status` says of an instant, in words.
func session(_ calendar: ExchangeCalendar, _ text: String) throws -> String? {
    calendar.status(at: try at(text))?.session.rawValue
}

/// What New York's clocks show, as hours and minutes.
func newYorkTime(_ instant: Instant) -> String { Zones.newYork.local(at: instant).time.text }

/// Whether the long forms of the tests are asked for.
let isSoak = unsafe getenv("GATEHOUSE_SOAK") != nil

/// A file beside the repository; nothing where it is absent.
func sharedFile(_ name: String) -> String? {
    let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    guard let file = unsafe fopen("\(root)/../shared/data/\(name)", "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}
