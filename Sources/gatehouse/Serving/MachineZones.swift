import Glibc
import TimeZones

/// This machine's time zones: ICU's, and the system's files beside them.
enum MachineZones {
    /// Why ICU must not be asked for any zone; found out once, by a child that may take seconds where the environment
    /// puts other files in the place of ICU's.
    static let fault: String? = ZoneProbe().fault(Main.environment()) ?? Zones.fault()

    /// The version of the rules in use.
    static var version: String? { fault == nil ? Zones.version : nil }

    /// A file of the system's folder.
    @Sendable static func systemFile(_ name: String) -> [UInt8]? {
        try? Files.read("/usr/share/zoneinfo/\(name)", limit: 1 << 20)
    }
}

extension ZoneDirectory {
    /// The zones of this machine. May wait for the probe: not for a thread that serves.
    static func forThisMachine() -> ZoneDirectory {
        ZoneDirectory(fault: MachineZones.fault, systemFile: MachineZones.systemFile)
    }
}
