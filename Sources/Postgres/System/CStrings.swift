import Glibc

/// An array of C strings that ends with a null pointer, as `execve` and `PQconnectdbParams` want it.
struct CStrings: ~Copyable {
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    init(_ strings: [String]) {
        pointers = .allocate(capacity: strings.count + 1)
        pointers.initialize(repeating: nil)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    }

    deinit {
        for pointer in pointers { free(pointer) }
        pointers.deallocate()
    }

    borrowing func withPointer<R>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> R) -> R {
        body(pointers.baseAddress)
    }

    borrowing func withConstPointer<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        UnsafeMutableRawPointer(pointers.baseAddress).map { raw in
            body(UnsafePointer(raw.assumingMemoryBound(to: UnsafePointer<CChar>?.self)))
        } ?? body(nil)
    }
}
