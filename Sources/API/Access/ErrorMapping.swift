import HTTPServer
import Observability
import Postgres

extension Service {
    /// The one place where an error of a lower module becomes an answer. Details go to the log, never to the client.
    func problem(for error: any Error, _ request: Request) -> Problem {
        if let problem = error as? Problem { return problem }
        guard let error = error as? PostgresError else {
            log.error("a request failed", ("requestId", .text(request.id)), ("error", .text(String(reflecting: error))))
            return Problem(.internalError, "the request failed for a reason that only the server's log tells")
        }
        let retry = [Header("Retry-After", "1")]
        if error.kind == .outcomeUnknown {
            return Problem(
                .outcomeUnknown, "the connection to the database was lost while the change was made",
                hint: "send it again with the same Idempotency-Key: it is done once", headers: retry)
        }
        if error.isUnavailable {
            return Problem(.storeUnavailable, "the database cannot be reached; nothing was changed", headers: retry)
        }
        if error.isTimeout || error.isRetryable {
            return Problem(.storeBusy, "the database took too long; nothing was changed", headers: retry)
        }
        log.error("a statement failed", ("requestId", .text(request.id)), ("error", .text(String(reflecting: error))))
        return Problem(.internalError, "the request failed for a reason that only the server's log tells")
    }
}
