import Glibc
import PostgresTesting

/// The port on which a process listens, as the system knows it: a server that still waits does not tell.
nonisolated(nonsending) func eventualPort(of process: ChildProcess) async throws -> UInt16 {
    var found: UInt16?
    try await eventually("it listens") {
        found = listeningPort(of: process.id)
        return found != nil
    }
    return found ?? 0
}

private func listeningPort(of process: pid_t) -> UInt16? {
    let table = String(decoding: RepositoryFile.read("/proc/\(process)/net/tcp"), as: UTF8.self)
    let sockets = sockets(of: process)
    for line in table.split(separator: "\n").dropFirst() {
        let words = line.split(separator: " ")
        let isListening = words.count > 9 && words[3] == "0A"
        guard isListening, sockets.contains("socket:[\(words[9])]") else { continue }
        return words[1].split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
    }
    return nil
}

private func sockets(of process: pid_t) -> Set<String> {
    Set(
        (0..<256).compactMap { descriptor in
            var buffer = [CChar](repeating: 0, count: 64)
            let count = readlink("/proc/\(process)/fd/\(descriptor)", &buffer, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        })
}
