public import JSON
import Time

extension WarehouseReport {
    /// How many candidates, sets and tags a report holds at most.
    private static let limits = JSONLimits(depth: 8, values: 200_000)

    /// The report as it is kept.
    public var kept: String {
        String(
            decoding: JSONWriter.object(capacity: 4_096) { json in
                json.member("subscriptions", subscriptions) { subscription, json in
                    json.member("name", subscription.name)
                    subscription.write(into: &json)
                }
                writeSets(into: &json)
                json.member("freight", freight)
            }, as: UTF8.self)
    }

    /// The sets that are not whole, and the tags that moved, as programs and people read them.
    public func writeSets(into json: inout JSONWriter) {
        json.member("incompleteSets", incompleteSets) { set, json in
            json.member("key", set.key)
            json.member("missing", set.missing)
            json.member("since", set.since.text)
        }
        json.member("movedTags", movedTags) { moved, json in
            json.member("repoURL", moved.repository)
            json.member("tag", moved.tag)
            json.member("from", moved.from)
            json.member("to", moved.to)
            json.member("at", moved.at.text)
        }
    }

    /// Reads what was kept. What cannot be read is not known, and found out anew.
    public init(kept text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8), limits: Self.limits) else {
            self.init()
            return
        }
        self.init(
            subscriptions: document["subscriptions"]?.array?.compactMap(Subscription.init) ?? [],
            incompleteSets: document["incompleteSets"]?.array?.compactMap(IncompleteSet.init) ?? [],
            movedTags: document["movedTags"]?.array?.compactMap(MovedTag.init) ?? [],
            freight: document["freight"]?.string)
    }
}

extension WarehouseReport.Subscription {
    /// What was found, without what tells the subscription from others.
    public func write(into json: inout JSONWriter) {
        json.member("candidates", candidates) { candidate, json in
            json.member("tag", candidate.tag)
            json.member("digest", candidate.digest)
            json.member("branch", candidate.branch)
        }
        if unread > 0 { json.member("unread", Int64(unread)) }
        guard let failure else { return }
        json.name("error")
        json.beginObject()
        json.member("message", failure.message)
        json.member("since", failure.since.text)
        json.endObject()
    }

    fileprivate init?(_ value: JSONValue) {
        guard let name = value["name"]?.string else { return nil }
        let failure = value["error"].flatMap { error in
            error["message"]?.string.flatMap { message in
                error.instant("since").map { WarehouseReport.Failure(message: message, since: $0) }
            }
        }
        self.init(
            name: name,
            candidates: value["candidates"]?.array?.map { candidate in
                WarehouseReport.Candidate(
                    tag: candidate["tag"]?.string, digest: candidate["digest"]?.string,
                    branch: candidate["branch"]?.string)
            } ?? [], unread: Int(value["unread"]?.integer ?? 0), failure: failure)
    }
}

extension WarehouseReport.IncompleteSet {
    fileprivate init?(_ value: JSONValue) {
        guard let key = value["key"]?.string, let since = value.instant("since") else { return nil }
        self.init(key: key, missing: value["missing"]?.array?.compactMap(\.string) ?? [], since: since)
    }
}

extension WarehouseReport.MovedTag {
    fileprivate init?(_ value: JSONValue) {
        guard let repository = value["repoURL"]?.string, let tag = value["tag"]?.string,
            let from = value["from"]?.string, let to = value["to"]?.string, let at = value.instant("at")
        else { return nil }
        self.init(repository: repository, tag: tag, from: from, to: to, at: at)
    }
}

extension JSONValue {
    fileprivate func instant(_ name: String) -> Instant? {
        self[name]?.string.flatMap { try? Instant(parsing: $0) }
    }
}
