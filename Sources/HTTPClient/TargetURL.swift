import CCurl

/// The owner of a URL that libcurl has taken apart, so that what is checked is what is connected to.
struct TargetURL: ~Copyable {
    let handle: OpaquePointer
    let host: String
    let port: Int

    init(_ url: String) throws(HTTPClientError) {
        guard HTTPClientRequest.isOneLine(url), let handle = curl_url() else { throw .badURL }
        guard curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK,
            ["http", "https"].contains(Self.part(CURLUPART_SCHEME, of: handle)),
            let host = Self.part(CURLUPART_HOST, of: handle),
            let port = Self.part(CURLUPART_PORT, of: handle).flatMap({ Int($0) })
        else {
            curl_url_cleanup(handle)
            throw .badURL
        }
        self.handle = handle
        self.host = host
        self.port = port
    }

    deinit { curl_url_cleanup(handle) }

    /// Whether the host is this machine, or an address on its own network segment: nothing that a proxy should reach.
    var isLocal: Bool {
        let name = host.lowercased()
        if let address = IPAddress(name) { return address.isLoopback || address.isLinkLocal }
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
