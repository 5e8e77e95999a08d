import Crypto
import HTTPServer

/// What a request says of the state that it is about to replace.
struct Precondition: Sendable {
    private let match: [String]?
    private let noneMatch: [String]?

    init(_ request: Request) {
        match = Self.tags(request.headers.all("if-match"))
        noneMatch = Self.tags(request.headers.all("if-none-match"))
    }

    /// The entity tag of a document with that hash.
    static func tag(_ hash: [UInt8]) -> String { "\"\(Hex.encode(hash))\"" }

    /// Refuses a state that is not the one that the request speaks of; nothing stands for what is not there.
    func check(_ hash: [UInt8]?) throws(Problem) {
        try check(tag: hash.map(Self.tag))
    }

    /// Refuses a state whose entity tag is not the one that the request speaks of.
    func check(tag: String?) throws(Problem) {
        if let match, !Self.names(match, tag) {
            throw Problem(
                .preconditionFailed, tag.map { "it is \($0) now" } ?? "there is none yet", field: "If-Match",
                hint: "read it again, and decide anew")
        }
        if let noneMatch, Self.names(noneMatch, tag) {
            throw Problem(.preconditionFailed, "it is there already", field: "If-None-Match")
        }
    }

    private static func names(_ tags: [String], _ tag: String?) -> Bool {
        guard let tag else { return false }
        return tags.contains("*") || tags.contains(tag)
    }

    private static func tags(_ fields: [String]) -> [String]? {
        guard !fields.isEmpty else { return nil }
        return fields.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " } }
    }
}
