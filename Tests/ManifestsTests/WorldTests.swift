import Manifests
import Testing
import Time
import TimeZones

@Suite("What manifests speak of")
struct WorldTests {
    /// Zones that nobody can trust: a machine whose data are at fault.
    private static let untrusted = ZoneDirectory(fault: "its data are cut off") { _ in nil }

    private static func read(
        _ gates: String, zones: ZoneDirectory = untrusted, hasAllCalendars: Bool = true
    ) throws(ManifestErrors) -> [ManifestFinding] {
        let text = Shop.projectPolicy + "\n---\n" + Shop.paper("  gates: [\(gates)]")
        let world = ManifestWorld(
            calendars: ["XNYS"], hasAllCalendars: hasAllCalendars, zones: zones, now: Instant(microseconds: 0))
        return try ManifestSet.read(files: [(name: "a.yaml", bytes: Array(text.utf8))], project: "shop", in: world)
            .warnings
    }

    private static func window(_ name: String) -> String {
        "{name: \(name), window: {kind: deny, rrule: FREQ=DAILY, start: \"18:00\", end: \"19:00\", timeZone: Etc/UTC}}"
    }

    @Test("a calendar that there is not is refused, where all are known")
    func calendars() throws {
        let gate = "{name: a, market: {calendar: XNYE}}"
        #expect(throws: ManifestErrors.self) { try Self.read(gate) }
        let warnings = try Self.read(gate, hasAllCalendars: false)
        #expect(warnings.map(\.line) == [10])
        #expect(warnings.first?.message.contains("only the server knows") == true)
        #expect(try Self.read("{name: a, market: {calendar: XNYS}}").isEmpty)
    }

    @Test("zones that cannot be trusted are nobody's mistake: they are told")
    func zones() throws {
        let warnings = try Self.read(Self.window("a"))
        #expect(warnings.map(\.path) == ["spec.gates[0].window.timeZone"])
        #expect(warnings.first?.message.contains("its data are cut off") == true)
    }

    @Test("so many windows are refused as could not be written out in a moment")
    func windows() throws {
        func stages(_ count: Int) -> String {
            (0..<count).map { stage in
                """
                ---
                apiVersion: gatehouse.dev/v1
                kind: StagePolicy
                metadata: {name: s\(stage), namespace: shop}
                spec: {gates: [\((0..<25).map { Self.window("g\($0)") }.joined(separator: ", "))]}

                """
            }.joined()
        }
        func errors(_ count: Int) -> [String] {
            let text = Shop.projectPolicy + "\n" + stages(count)
            let world = ManifestWorld(calendars: [], zones: Self.untrusted, now: Instant(microseconds: 0))
            do throws(ManifestErrors) {
                _ = try ManifestSet.read(
                    files: [(name: "a.yaml", bytes: Array(text.utf8))], project: "shop", in: world)
                return []
            } catch {
                return error.errors.map(\.message)
            }
        }
        #expect(errors(4) == [])
        #expect(errors(5) == ["more than 100 windows in one project"])
    }
}
