/// The header `Link` (RFC 8288), as far as pages of tags need it.
enum LinkHeader {
    /// The query of the next page's URL; nil where there is no next page.
    ///
    /// Only the query is taken: whatever place the header names, the next page is asked for where the first was.
    static func nextQuery(in headers: [String]) -> String? {
        for header in headers {
            for link in header.split(separator: "<").map({ $0.split(separator: ">", maxSplits: 1) })
            where link.count == 2 && isNext(link[1]) {
                guard let mark = link[0].firstIndex(of: "?") else { return nil }
                let query = link[0][link[0].index(after: mark)...].prefix { $0 != "#" }
                return query.utf8.count <= 2_000 && query.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? String(query) : nil
            }
        }
        return nil
    }

    private static func isNext(_ parameters: Substring) -> Bool {
        parameters.split(separator: ";").contains { parameter in
            let text = parameter.lowercased().filter { $0 != " " && $0 != "\"" && $0 != "," }
            return text == "rel=next"
        }
    }
}
