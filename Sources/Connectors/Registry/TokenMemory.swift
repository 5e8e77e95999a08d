internal import Time

/// What lets this server in, and for how long.
struct Authorization {
    /// The value of the header.
    let value: String
    let lifetime: TimeSpan
}

/// What let this server in before, so that each request does not ask twice.
struct TokenMemory {
    struct Key: Hashable {
        let host: String
        let path: String
    }

    /// More repositories than any project has; beyond it all are forgotten, and asked for again.
    private static let limit = 1_000
    private var kept: [Key: (value: String, until: MonotonicTime)] = [:]

    func authorization(for key: Key, at now: MonotonicTime) -> String? {
        guard let found = kept[key], now < found.until else { return nil }
        return found.value
    }

    mutating func keep(_ authorization: Authorization, for key: Key, at now: MonotonicTime) {
        if kept.count >= Self.limit { kept = [:] }
        kept[key] = (authorization.value, now + authorization.lifetime)
    }
}
