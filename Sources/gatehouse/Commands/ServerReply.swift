import HTTPClient
import JSON

/// What became of a question to a server.
enum ServerReply {
    /// The server answered it.
    case answer(HTTPClientResponse)
    /// Nobody did, or the server cannot now; asked again later it may.
    case unknown(String)
}

extension ServerCall {
    /// Asks. What may pass is told in words; what is a mistake of the question is thrown.
    func reply(
        _ method: String, _ path: String, body: [UInt8]? = nil, timeoutMilliseconds: Int = 30_000
    ) throws -> ServerReply {
        let answer: HTTPClientResponse
        do {
            answer = try self.answer(method, path, body: body, timeoutMilliseconds: timeoutMilliseconds)
        } catch let error as HTTPClientError {
            guard error != .badURL, error != .linkLocalRefused else { throw error }
            return .unknown(error.description)
        }
        switch answer.status {
        // A decision, even if it decides nothing.
        case 503 where (try? JSONValue(parsing: answer.body))?["verdict"] != nil: return .answer(answer)
        case 429, 500...599: return .unknown(Refusal(answer).description)
        default: return .answer(answer)
        }
    }
}
