import CICU

/// The owner of an ICU checker for confusable text.
///
/// ICU shares the tables among all checkers, so opening one per call costs little and shares nothing between threads.
struct SpoofChecker: ~Copyable {
    private let handle: OpaquePointer

    init() throws(ICUError) {
        var status = U_ZERO_ERROR
        guard let handle = gh_icu_spoof_open(&status), status.isSuccess else { throw ICUError(status) }
        self.handle = handle
    }

    deinit { gh_icu_spoof_close(handle) }

    func skeleton(of name: [UInt16]) throws(ICUError) -> [UInt16] {
        try filling(from: name) { text, length, output, capacity, status in
            gh_icu_spoof_skeleton(handle, text, length, output, capacity, &status)
        }
    }
}
