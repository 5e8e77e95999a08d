import CICU

/// ICU's way of returning text: it fills what fits and tells the length that the whole needs.
typealias FillingFunction = (
    _ text: UnsafePointer<UInt16>?, _ length: Int32, _ output: UnsafeMutablePointer<UInt16>?, _ capacity: Int32,
    _ status: inout UErrorCode
) -> Int32

/// Calls an ICU function with room for text as long as the input's, and once more if it needed another length.
func filling(from input: [UInt16], _ function: FillingFunction) throws(ICUError) -> [UInt16] {
    var capacity = input.count + 16
    for _ in 1...2 {
        var needed: Int32 = 0
        var status = U_ZERO_ERROR
        let output = [UInt16](unsafeUninitializedCapacity: capacity) { buffer, initialized in
            needed = function(input, Int32(input.count), buffer.baseAddress, Int32(capacity), &status)
            initialized = status.isSuccess ? Int(needed) : 0
        }
        if status.isSuccess { return output }
        guard status == U_BUFFER_OVERFLOW_ERROR else { throw ICUError(status) }
        capacity = Int(needed)
    }
    throw ICUError(U_BUFFER_OVERFLOW_ERROR)
}
