import CICU

/// The library of Unicode data that this process uses.
public enum ICU {
    /// The library's version, such as "72.1".
    public static var version: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(U_MAX_VERSION_STRING_LENGTH)) { text in
            guard let start = text.baseAddress else { return "" }
            gh_icu_version(start)
            return String(cString: start)
        }
    }

    /// The version of the time zone rules that the library carries, such as "2022e"; nil if it cannot read its data.
    public static func tzdataVersion() -> String? {
        var status = U_ZERO_ERROR
        guard let version = gh_icu_tzdata_version(&status), status.isSuccess else { return nil }
        return String(cString: version)
    }
}

extension UErrorCode {
    /// ICU's U_SUCCESS, a macro: warnings are negative.
    var isSuccess: Bool { rawValue <= U_ZERO_ERROR.rawValue }
}
