internal import HTTPClient
internal import JSON

extension Registry {
    /// All tags of a repository, each once; page by page, as the registry gives them.
    public func tags(of repository: String) async throws(RegistryError) -> [String] {
        try await tags(of: Repository(repository, allowed))
    }

    func tags(of repository: Repository) async throws(RegistryError) -> [String] {
        let target = "/v2/\(repository.name.path)/tags/list"
        var tags: [String] = []
        var seen: Set<String> = []
        var query: String?
        for _ in 0..<limits.pages {
            let page = try await ask(
                Question("GET", target + (query.map { "?" + $0 } ?? ""), limit: limits.pageBytes), of: repository)
            for tag in try Self.tags(on: page.body, of: repository) where seen.insert(tag).inserted { tags.append(tag) }
            guard tags.count <= limits.tags else { throw repository.error(.tooManyTags(limit: limits.tags)) }
            query = LinkHeader.nextQuery(in: page.values("link"))
            if query == nil { return tags }
        }
        throw repository.error(.tooManyPages(limit: limits.pages))
    }

    private static func tags(on page: [UInt8], of repository: Repository) throws(RegistryError) -> [String] {
        let document: JSONValue
        do { document = try JSONValue(parsing: page, limits: JSONLimits(depth: 8, values: 200_000)) } catch {
            throw repository.error(.badAnswer("its list of tags is no JSON: \(error)."))
        }
        // A repository whose tags are all gone has null.
        guard let list = document["tags"], list != .null else {
            if document["tags"] == .null { return [] }
            throw repository.error(.badAnswer("its list of tags has no 'tags'."))
        }
        guard let texts = list.array?.map(\.string) else {
            throw repository.error(.badAnswer("its 'tags' is no array."))
        }
        return try texts.map { text throws(RegistryError) in
            guard let text, TagName.isValid(text) else {
                throw repository.error(.badAnswer("one of its tags is none that may be."))
            }
            return text
        }
    }
}
