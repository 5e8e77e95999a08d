import Glibc
import Time

/// A file of this machine's time zone folder.
@Sendable func systemFile(_ name: String) -> [UInt8]? {
    guard let file = fopen("/usr/share/zoneinfo/\(name)", "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return bytes }
        bytes += buffer.prefix(count)
    }
}

/// Makes the bytes of a time zone file of version 2 to 4, with an empty first block.
struct FileMaker {
    var version: Character = "2"
    var offsets = [-18_000, -14_400]
    var changes: [(at: Int64, type: UInt8)] = []
    var footer = "EST5EDT,M3.2.0,M11.1.0"
    var leapSeconds = 0

    var bytes: [UInt8] {
        let first = header(changes: 0, types: 1) + [UInt8](repeating: 0, count: 7)
        var second = header(changes: changes.count, types: offsets.count, leapSeconds: leapSeconds)
        for change in changes { second += number(change.at, bytes: 8) }
        second += changes.map(\.type)
        for offset in offsets { second += number(Int64(offset), bytes: 4) + [0, 0] }
        second += [0] + [UInt8](repeating: 0, count: leapSeconds * 12)
        return first + second + Array("\n\(footer)\n".utf8)
    }

    /// The same in version 1, which has no footer and shorter times.
    var bytesOfVersion1: [UInt8] {
        var bytes = Array("TZif\0".utf8) + header(changes: changes.count, types: offsets.count).dropFirst(5)
        for change in changes { bytes += number(change.at, bytes: 4) }
        bytes += changes.map(\.type)
        for offset in offsets { bytes += number(Int64(offset), bytes: 4) + [0, 0] }
        return bytes + [0]
    }

    private func header(changes: Int, types: Int, leapSeconds: Int = 0) -> [UInt8] {
        let counts = [0, 0, leapSeconds, changes, types, 1]
        return Array("TZif\(version)".utf8) + [UInt8](repeating: 0, count: 15)
            + counts.flatMap { number(Int64($0), bytes: 4) }
    }

    private func number(_ value: Int64, bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
