import Glibc
import TimeZones

extension Command {
    /// For `ZoneProbe`, not for people: reads every zone that ICU has, and lives or dies of it.
    static let zonesProbe = Command(
        name: "zones probe", operands: "", summary: "Reads every time zone.", options: []
    ) { _, terminal in
        // A death that was expected leaves no image of this process behind.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        if let fault = missingFile(terminal.environment) ?? Zones.faultOfAny() {
            terminal.complain(fault)
            return 1
        }
        terminal.print("ok \(Zones.version ?? "unknown")")
        return 0
    }

    /// Without the file in the folder that was named ICU uses its own, and says nothing.
    private static func missingFile(_ environment: [String: String]) -> String? {
        guard let folder = environment["ICU_TIMEZONE_FILES_DIR"], !folder.isEmpty else { return nil }
        let isThere = Files.fingerprint(folder + "/zoneinfo64.res").last ?? 0 > 0
        return isThere ? nil : "there is no zoneinfo64.res with anything in it"
    }
}
