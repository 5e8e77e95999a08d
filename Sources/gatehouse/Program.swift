import API
import ICU

/// What this program is.
enum Program {
    /// The version, as in CHANGELOG.md.
    static let version = "0.1.0"

    /// What `/version` and `gatehouse version` tell.
    static let description = Service.Program(
        version: version,
        libraries: [("icu", ICU.version), ("tzdata", MachineZones.version ?? "unknown")])
}
