import CGnuTLS

/// The hash of some bytes by one of GnuTLS's algorithms.
func digest(_ algorithm: gnutls_digest_algorithm_t, byteCount: Int, of bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { output, initialized in
        let status = bytes.withUnsafeBufferPointer { input in
            // An empty span has no address, and GnuTLS reads none when the length is zero.
            gnutls_hash_fast(algorithm, input.baseAddress, input.count, output.baseAddress)
        }
        // Not input's doing: a GnuTLS that failed its own start-up tests, or that refuses the algorithm altogether. A
        // made-up hash would compare equal to another made-up hash, and name another's Freight.
        precondition(status == 0, "GnuTLS cannot compute this hash")
        initialized = byteCount
    }
}
