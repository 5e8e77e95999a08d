import CCurl

/// The answer as far as it has come, and why it was given up.
struct Exchange {
    private static let maximumHeaderBytes = 65_536

    private let maximumBodyBytes: Int
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var bodyBytes = 0
    private var isSuccess = false
    private let receive: (@Sendable ([UInt8]) -> Bool)?
    private var passedLimit: Int?
    var metLinkLocal = false

    init(maximumBodyBytes: Int, receive: (@Sendable ([UInt8]) -> Bool)?) {
        self.maximumBodyBytes = maximumBodyBytes
        self.receive = receive
    }

    /// Keeps bytes of the body; false if the limit forbids it.
    mutating func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - bodyBytes else {
            passedLimit = maximumBodyBytes
            return false
        }
        bodyBytes += bytes.count
        if isSuccess, let receive { return receive(Array(bytes)) }
        body.append(contentsOf: bytes)
        return true
    }

    /// Keeps a header's line; false if the limit forbids it.
    mutating func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            passedLimit = Self.maximumHeaderBytes
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            // The answer after an interim one such as 100 Continue.
            headers = []
            isSuccess = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().first == UInt8(ascii: "2")
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            headers.append((text(line[..<colon]), text(line[(colon + 1)...])))
        }
        return true
    }

    func response(status: Int) -> HTTPClientResponse {
        HTTPClientResponse(status: status, headers: headers, body: body)
    }

    /// What libcurl's code means for this request.
    func error(
        for code: CURLcode, text: String, target: borrowing TargetURL, maximumBodyBytes: Int
    ) -> HTTPClientError {
        if let passedLimit { return .tooLarge(limit: passedLimit) }
        switch code {
        case CURLE_COULDNT_CONNECT where metLinkLocal: return .linkLocalRefused
        case CURLE_COULDNT_CONNECT: return .refused(host: target.host, port: target.port)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge(limit: maximumBodyBytes)
        case CURLE_COULDNT_RESOLVE_HOST:
            return .other("No address is known for the host '\(target.host)'; check its spelling.")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            return .tls(text.isEmpty ? String(cString: curl_easy_strerror(code)) : text)
        default:
            let reason = String(cString: curl_easy_strerror(code))
            return .other("The request failed: \(reason)\(text.isEmpty ? "" : " (\(text))").")
        }
    }

    private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
        let start = bytes.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }
}
