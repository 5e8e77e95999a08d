import Glibc

/// Where a command speaks to its caller.
struct Terminal {
    /// The variables that the program was called with.
    let environment: [String: String]

    /// Writes what was asked for.
    func print(_ text: String) {
        Self.write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes what went wrong.
    func complain(_ text: String) {
        Self.write(text + "\n", to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
