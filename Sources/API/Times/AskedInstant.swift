import Engine
import HTTPServer
import Time
import TimeZones

/// The instant that a request asks about.
struct AskedInstant {
    /// The instant.
    let instant: Instant
    /// Whether the request named it: else it is the present, and what cannot be told of it is unknown, not a mistake.
    let isExplicit: Bool

    /// Reads `at=`, or `at_local=` with `tz=` and, where clocks showed it twice, `fold=`.
    init(_ request: Request, _ service: Service) throws(Problem) {
        let local = try request.queryValue("at_local")
        let zone = try request.queryValue("tz")
        let fold = try request.queryValue("fold")
        if let text = try request.queryValue("at") {
            guard local == nil, zone == nil, fold == nil else {
                throw Problem(.badField, "'at' and 'at_local' exclude each other", field: "at_local")
            }
            guard text != "now" else {
                self.init(instant: service.clock.now(at: request.receivedAt), isExplicit: false)
                return
            }
            do throws(Instant.ParseError) {
                self.init(instant: try Instant(parsing: text), isExplicit: true)
            } catch {
                throw Problem(.badInstant, error.description, field: "at", hint: error.hint ?? Self.hint)
            }
        } else if let local {
            self.init(instant: try Self.instant(local, zone, fold, service), isExplicit: true)
        } else {
            guard zone == nil, fold == nil else {
                throw Problem(.badField, "'tz' and 'fold' belong to 'at_local'", field: zone == nil ? "fold" : "tz")
            }
            self.init(instant: service.clock.now(at: request.receivedAt), isExplicit: false)
        }
    }

    private init(instant: Instant, isExplicit: Bool) {
        self.instant = instant
        self.isExplicit = isExplicit
    }

    /// The names that a route with an instant allows in its query.
    static let names = ["at", "at_local", "tz", "fold"]

    private static let hint =
        "write it like 2026-11-20T15:00:00Z; curl -G --data-urlencode 'at=…' keeps a + as it is"

    private static func instant(
        _ local: String, _ zone: String?, _ fold: String?, _ service: Service
    ) throws(Problem) -> Instant {
        guard let zone else { throw Problem(.badField, "'at_local' needs 'tz', such as America/New_York", field: "tz") }
        guard fold == nil || fold == "earlier" || fold == "later" else {
            throw Problem(.badField, "'fold' is 'earlier' or 'later'", field: "fold")
        }
        let rules = try service.zone(zone)
        let written = try clock(local)
        switch rules.instant(of: written.date, written.time) {
        case .once(let instant): return instant
        case .twice(let earlier, let later):
            guard let fold else {
                throw Problem(
                    .ambiguousInstant, "clocks in \(zone) showed \(local) twice", field: "fold",
                    hint: "add fold=earlier (\(earlier.text)) or fold=later (\(later.text))")
            }
            return fold == "earlier" ? earlier : later
        case .skipped(let gap):
            throw Problem(
                .skippedInstant, "clocks in \(zone) never showed \(local): they were set forward at \(gap.text)",
                field: "at_local")
        }
    }
}

extension AskedInstant {
    /// What a clock is said to have shown: an instant's form without its offset.
    private static func clock(_ text: String) throws(Problem) -> LocalTime {
        let time = text.utf8.dropFirst(10)
        guard !time.contains(where: { [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " ")].contains($0) }),
            time.last.map({ $0 | 0x20 != UInt8(ascii: "z") }) ?? true
        else { throw Problem(.badInstant, "'at_local' has no offset of its own: 'tz' says it", field: "at_local") }
        do throws(Instant.ParseError) {
            return LocalTime(try Instant(parsing: text + "Z"), offset: 0)
        } catch {
            throw Problem(.badInstant, error.description, field: "at_local", hint: "write it like 2026-11-20T10:00:00")
        }
    }
}

extension Service {
    /// The rules of a zone that a person named in a field.
    func zone(_ id: String, field: String = "tz") throws(Problem) -> ZoneRules {
        let fault: String
        do throws(ZoneError) {
            switch try decisions.zones.zone(id, now: clock.now()) {
            case .trusted(let rules): return rules
            case .untrusted(let reason): fault = reason
            }
        } catch {
            throw Problem(.badField, error.description, field: field)
        }
        throw Problem(.zoneUntrusted, fault)
    }
}
