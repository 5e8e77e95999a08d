import Glibc

/// Numeric addresses as text.
public enum NumericAddress {
    /// The one way in which a peer with this IPv4 or IPv6 address is written; nothing if it is none.
    public static func canonical(_ text: String) -> String? {
        if text.hasPrefix("::ffff:"), text.contains(".") { return canonical(String(text.dropFirst(7))) }
        var bytes = in6_addr()
        for family in [AF_INET, AF_INET6] where inet_pton(family, text, &bytes) == 1 {
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
                inet_ntop(family, &bytes, buffer.baseAddress, socklen_t(buffer.count)).map { String(cString: $0) }
            }
        }
        return nil
    }
}
