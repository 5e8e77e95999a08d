import CCurl
import Glibc

/// An IPv4 or IPv6 address; an IPv4 address inside an IPv6 one is taken for the IPv4 address.
struct IPAddress {
    private let bytes: [UInt8]

    /// The address in its text form, IPv6 in brackets as in URLs; nil for a name.
    init?(_ text: String) {
        if text.hasPrefix("[") {
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(text.dropFirst().prefix { $0 != "]" && $0 != "%" }), &address) == 1 else {
                return nil
            }
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        }
    }

    /// The address that libcurl is about to connect to.
    init?(_ address: UnsafePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let start = UnsafeRawPointer(address) + offset
        switch address.pointee.family {
        case AF_INET:
            self.init(bytes: withUnsafeBytes(of: start.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) })
        case AF_INET6:
            self.init(bytes: withUnsafeBytes(of: start.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
        default:
            return nil
        }
    }

    private init(bytes: [UInt8]) {
        let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        self.bytes = bytes.starts(with: mappedPrefix) ? Array(bytes.dropFirst(12)) : bytes
    }

    /// Whether it is valid on one network segment only: 169.254.0.0/16 or fe80::/10.
    var isLinkLocal: Bool {
        bytes.count == 4 ? bytes.starts(with: [169, 254]) : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }

    /// Whether it is this machine: 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }
}
