/// A host, and its port where one is written, as an operator or a manifest names it: `ghcr.io`, `localhost:5000`.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// The name or IPv4 address, in lower case.
    public let name: String
    /// The port, if one is written.
    public let port: Int?

    /// Reads a host; nil if it is none. IPv6 addresses are not taken: no image's name can hold one.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first?.lowercased(), name.utf8.count <= 253, Self.isName(name) else { return nil }
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard digits.allSatisfy({ 0x30...0x39 ~= $0 }), let port = Int(parts[1]), 1...65_535 ~= port else {
                return nil
            }
            self.port = port
        } else {
            port = nil
        }
        self.name = name
    }

    /// How it is written.
    public var description: String { port.map { "\(name):\($0)" } ?? name }

    /// Whether it is this machine: `localhost`, a name below it, or an address in 127.0.0.0/8.
    public var isLoopback: Bool {
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { number in
                number.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(number) != nil
            }
    }

    private static func isName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    0x61...0x7A ~= byte || 0x30...0x39 ~= byte || byte == UInt8(ascii: "-")
                }
        }
    }
}
