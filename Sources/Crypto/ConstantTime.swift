import CGnuTLS

/// Whether two secrets are equal, in a time that does not tell where they differ.
///
/// Their lengths are not secret.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && gnutls_memcmp(left, right, left.count) == 0
}
