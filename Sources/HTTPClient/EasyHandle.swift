import CCurl

/// The owner of a libcurl handle and of the connections it keeps open.
struct EasyHandle: ~Copyable {
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer?
    private let errorText: UnsafeMutablePointer<CChar>

    init() {
        handle = Self.isLibraryReady ? curl_easy_init() : nil
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    /// Sends a request and returns its whole answer.
    borrowing func perform(
        _ request: HTTPClientRequest, with configuration: HTTPClientConfiguration, timeoutMilliseconds: Int
    ) throws(HTTPClientError) -> HTTPClientResponse {
        guard let handle else { throw .other("libcurl could not be started; check the memory that is left.") }
        try request.check()
        let target = try TargetURL(request.url)
        let headers = try HeaderList(for: request, userAgent: configuration.userAgent)
        // libcurl keeps the connections, and forgets the pointers set below.
        defer { curl_easy_reset(handle) }

        var options = Options(handle)
        options.setRules(for: target, caFile: configuration.caFile)
        options.set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        options.set(CURLOPT_HTTPHEADER, pointer: headers.first)
        options.set(request)
        errorText.pointee = 0

        var exchange = Exchange(maximumBodyBytes: request.maximumBodyBytes, receive: request.receive)
        let code = withUnsafeMutablePointer(to: &exchange) { exchange in
            options.setReceivers(exchange)
            return options.failure == CURLE_OK ? curl_easy_perform(handle) : options.failure
        }
        extendLifetime(headers)
        extendLifetime(target)
        guard code == CURLE_OK else {
            let text = String(cString: errorText)
            throw exchange.error(for: code, text: text, target: target, maximumBodyBytes: request.maximumBodyBytes)
        }
        return exchange.response(status: gh_curl_response_status(handle))
    }
}
