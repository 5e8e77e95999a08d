import CCurl

/// The settings of one transfer, and the first that libcurl refused.
struct Options {
    private let handle: UnsafeMutableRawPointer
    private(set) var failure = CURLE_OK

    init(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(gh_curl_set_long(handle, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        note(gh_curl_set_string(handle, option, value))
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(gh_curl_set_pointer(handle, option, pointer))
    }

    /// What holds for every transfer, whatever is asked.
    mutating func setRules(for target: borrowing TargetURL, caFile: String?) {
        set(CURLOPT_CURLU, pointer: UnsafeMutableRawPointer(target.handle))
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Signals, which libcurl would use for timeouts, belong to the process.
        set(CURLOPT_NOSIGNAL, 1)
        if let caFile { set(CURLOPT_CAINFO, caFile) }
        if target.isLocal { set(CURLOPT_PROXY, "") }
    }

    /// What the request asks.
    mutating func set(_ request: HTTPClientRequest) {
        if request.method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
        } else if let body = request.body ?? request.emptyBody {
            set(CURLOPT_POST, 1)
            note(gh_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            setBody(body)
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        // Zero would mean no limit: then only the receiver counts.
        note(gh_curl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(0, request.maximumBodyBytes))))
    }

    /// Without an address libcurl would read the body from standard input, and an empty array has none.
    private mutating func setBody(_ body: [UInt8]) {
        guard !body.isEmpty else { return set(CURLOPT_COPYPOSTFIELDS, "") }
        let code = body.withUnsafeBytes { bytes in
            gh_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
        note(code)
    }

    /// Where the answer goes, and who opens sockets.
    mutating func setReceivers(_ exchange: UnsafeMutablePointer<Exchange>) {
        set(CURLOPT_WRITEDATA, pointer: exchange)
        set(CURLOPT_HEADERDATA, pointer: exchange)
        set(CURLOPT_OPENSOCKETDATA, pointer: exchange)
        note(gh_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION, receiveBody))
        note(gh_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION, receiveHeader))
        note(gh_curl_set_socket_opener(handle, openSocket))
    }

    private mutating func note(_ code: CURLcode) {
        if failure == CURLE_OK { failure = code }
    }
}
