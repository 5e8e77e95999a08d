import Glibc

/// An array of C strings that ends with a null pointer, as `execve` and `PQconnectdbParams` want it.
struct CStrings: ~Copyable {
    private let count: Int
    private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        pointers.initialize(repeating: nil, count: count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }

    borrowing func withPointer<R>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
        body(pointers)
    }

    borrowing func withConstPointer<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
        body(UnsafePointer(UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<CChar>?.self)))
    }
}
