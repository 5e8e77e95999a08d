import CCurl

/// The owner of the request's headers in libcurl's form.
struct HeaderList: ~Copyable {
    /// The first of the linked headers.
    let first: UnsafeMutablePointer<curl_slist>?

    init(for request: HTTPClientRequest, userAgent: String) throws(HTTPClientError) {
        guard HTTPClientRequest.isOneLine(userAgent) else {
            throw .other("The client's name has a line break or a NUL in it; remove it.")
        }
        // Without a value: not sent. libcurl would add the first two to a body on its own.
        var lines = ["Expect:", "Content-Type:"]
        if request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.removeLast() }
        if !request.headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
            lines.append(Self.line("User-Agent", userAgent))
        }
        lines += request.headers.map { Self.line($0.name, $0.value) }
        first = try Self.list(lines)
    }

    deinit { curl_slist_free_all(first) }

    /// A semicolon is libcurl's way to send a header that is empty.
    private static func line(_ name: String, _ value: String) -> String {
        value.utf8.allSatisfy { " \t".utf8.contains($0) } ? name + ";" : name + ": " + value
    }

    private static func list(
        _ lines: [String]
    ) throws(HTTPClientError) -> UnsafeMutablePointer<curl_slist>? {
        var first: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(first, line) else {
                curl_slist_free_all(first)
                throw .other("There is no memory left for the request's headers.")
            }
            first = longer
        }
        return first
    }
}
