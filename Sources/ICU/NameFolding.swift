import CICU

/// Two forms of a name that say when two names would be taken for the same one.
public struct FoldedName: Hashable, Sendable {
    /// The name without its case, its compatibility forms and its invisible characters (NFKC_Casefold).
    ///
    /// Equal for names that differ in nothing a person would type. Empty for a name of invisible characters only.
    public let folded: String

    /// The folded name with each letter replaced by the one it looks like (UTS #39).
    ///
    /// Equal for names that look alike. Only for comparing: it is no spelling of the name.
    public let skeleton: String
}

/// Finds the forms by which names are compared.
public enum NameFolding {
    /// The longest name that is folded, in UTF-8 bytes: far above any real one, so that no caller can make this slow.
    public static let maximumBytes = 4096

    /// The forms of a name by which it is compared with others.
    public static func fold(_ name: String) throws(ICUError) -> FoldedName {
        guard name.utf8.count <= maximumBytes else { throw .nameTooLong(limit: maximumBytes) }
        let folded = try casefold(Array(name.utf16))
        // A skeleton may bring capitals back: a zero looks like one.
        let skeleton = try casefold(SpoofChecker().skeleton(of: folded))
        return FoldedName(folded: text(folded), skeleton: text(skeleton))
    }

    private static func casefold(_ name: [UInt16]) throws(ICUError) -> [UInt16] {
        var status = U_ZERO_ERROR
        // ICU's own instance: never freed, and shared by all threads.
        let normalizer = gh_icu_nfkc_casefold(&status)
        guard status.isSuccess else { throw ICUError(status) }
        return try filling(from: name) { text, length, output, capacity, status in
            gh_icu_normalize(normalizer, text, length, output, capacity, &status)
        }
    }

    private static func text(_ units: [UInt16]) -> String {
        String(decoding: units, as: UTF16.self)
    }
}
