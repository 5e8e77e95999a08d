import CMicroHTTPD
import Locks
import Time

/// One request and its answer.
///
/// libmicrohttpd calls in three steps, always on the connection's own thread: the head is there; a part of the body is
/// there (any number of times); the request is whole. An answer that is not ready by then suspends the connection, and
/// the last step comes again when it is.
final class Exchange: Sendable {
    private enum Stage {
        case head
        case body
        case whole
    }

    /// What the handler's task and the connection's thread share.
    private struct Outcome {
        var response: Response?
        var parked: SuspendedConnection?
    }

    let watch: ConnectionWatch
    let target: String
    private let outcome = Guarded(Outcome())
    // Unchecked: touched only on the connection's own thread.
    nonisolated(unsafe) private var stage = Stage.head
    nonisolated(unsafe) private(set) var method = ""
    nonisolated(unsafe) private var headers = Headers()
    nonisolated(unsafe) private var parameters: [PathParameter] = []
    nonisolated(unsafe) private var query: [QueryItem] = []
    nonisolated(unsafe) private(set) var route: Int?
    nonisolated(unsafe) private var refusal: Problem?
    nonisolated(unsafe) private var body: [UInt8] = []
    nonisolated(unsafe) private var received = 0
    nonisolated(unsafe) private var givenID: String?
    nonisolated(unsafe) private var task: Task<Void, Never>?
    nonisolated(unsafe) private var isWaiting = false
    nonisolated(unsafe) private var hasBody = false
    nonisolated(unsafe) private(set) var started = MonotonicTime(nanoseconds: 0)
    /// The status that was answered; 0 before.
    nonisolated(unsafe) var status = 0

    var worker: Worker { watch.worker }

    init(_ watch: ConnectionWatch, target: String) {
        self.watch = watch
        self.target = target
    }

    func step(
        _ connection: OpaquePointer, url: UnsafePointer<CChar>?, method: UnsafePointer<CChar>?,
        version: UnsafePointer<CChar>?,
        data: UnsafePointer<CChar>?, size: UnsafeMutablePointer<Int>
    ) -> MHD_Result {
        switch stage {
        case .head:
            stage = .body
            return readHead(connection, url: url, method: method, version: version)
        case .body where size.pointee > 0:
            let isTaken = take(UnsafeRawBufferPointer(start: data, count: size.pointee))
            size.pointee = 0
            return isTaken ? .YES : .NO
        case .body:
            stage = .whole
            return answer(connection)
        case .whole:
            guard let response = outcome.withLock({ $0.response }) else { return .YES }
            return queue(response, on: connection)
        }
    }

    // MARK: The head

    private func readHead(
        _ connection: OpaquePointer, url: UnsafePointer<CChar>?, method: UnsafePointer<CChar>?,
        version: UnsafePointer<CChar>?
    ) -> MHD_Result {
        started = .now()
        var head = RequestHead(connection, version: version, limit: worker.configuration.headerLimit)
        self.method = method.map { String(cString: $0) } ?? ""
        givenID = RequestIDs.accepted(head.headers["x-request-id"])
        if head.problem == nil, !gh_mhd_head_is_plain(connection, method, url, target.utf8.count, version) {
            head.refuseHiddenBytes()
        }
        if let problem = head.problem {
            refusal = problem
            return queueAndClose(problem, on: connection)
        }
        findRoute()
        hasBody = head.hasBody
        if hasBody {
            watch.mustGetOn(by: started + worker.configuration.bodyTimeout)
            if let declared = head.declaredLength, declared > bodyLimit {
                return queueAndClose(tooLarge(declared), on: connection)
            }
        }
        headers = head.takeHeaders()
        return .YES
    }

    private func findRoute() {
        do throws(Problem) {
            let (match, query) = try worker.router.find(target, method: Method(named: method))
            switch match {
            case .found(let index, let parameters):
                route = index
                self.parameters = parameters
                self.query = query
            case .otherMethods(let allow):
                throw Problem(
                    .badMethod, "this path does not take \(method.prefix(32))", hint: "it takes \(allow)",
                    headers: [Header("Allow", allow)])
            case .nothing:
                throw Problem(
                    .noSuchPath, "there is nothing at this path", hint: "GET /openapi.json describes every path")
            }
        } catch {
            refusal = error
        }
    }

    private var clientAddress: String {
        let peer = watch.clientAddress
        guard let proxy = worker.configuration.trustedProxy, proxy == peer else { return peer }
        // The last word is the proxy's own: it may have added a line of its own to those that the client sent. An empty one
        // is a word too.
        let words = headers.all("x-forwarded-for").last?.split(separator: ",", omittingEmptySubsequences: false)
        return words?.last.flatMap { NumericAddress.canonical($0.filter { $0 != " " }) } ?? peer
    }

    var requestID: String {
        if let id = givenID { return id }
        let id = worker.requestIDs.next()
        givenID = id
        return id
    }

    // MARK: The body

    private var bodyLimit: Int {
        route.map { worker.router.routes[$0].bodyLimit } ?? 64 * 1024
    }

    private func tooLarge(_ size: Int) -> Problem {
        Problem(.tooLarge, "the body has \(size) bytes; this path takes at most \(bodyLimit)")
    }

    /// Keeps a part of the body. What goes beyond the limit is thrown away, so that the client reads the answer; a client
    /// that does not stop loses its connection.
    private func take(_ part: UnsafeRawBufferPointer) -> Bool {
        received += part.count
        if received <= bodyLimit {
            body.append(contentsOf: part)
        } else {
            if refusal == nil { refusal = tooLarge(received) }
            body = []
        }
        return received <= bodyLimit + 1024 * 1024
    }

    // MARK: The answer

    private func answer(_ connection: OpaquePointer) -> MHD_Result {
        if let refusal { return queue(problemResponse(refusal), on: connection) }
        guard let route else { return .NO }
        if let fixed = worker.router.fixedAnswers[route] { return queue(fixed, on: connection) }
        return answer(worker.router.routes[route], on: connection)
    }

    private func answer(_ route: Route, on connection: OpaquePointer) -> MHD_Result {
        let request = request(route)
        if let handle = route.immediate, let answer = result(of: request, handle) {
            return queue(answer, on: connection)
        }
        guard let handle = route.waiting else { return .NO }
        return serveUnlessClosing(request, on: connection, deadline: route.deadline, handle)
    }

    private func request(_ route: Route) -> Request {
        // A request without a body is whole when its head is: the clock need not be read again.
        Request(
            method: route.method, path: target, headers: headers, clientAddress: clientAddress, id: requestID,
            body: body, receivedAt: hasBody ? .now() : started, pathParameters: parameters, query: query)
    }

    private func serveUnlessClosing(
        _ request: Request, on connection: OpaquePointer, deadline: TimeSpan,
        _ handle: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) -> MHD_Result {
        guard !worker.core.isClosing else {
            return queueAndClose(Problem(.stopping, "the server is stopping; nothing was changed"), on: connection)
        }
        return serve(request, on: connection, deadline: deadline, handle)
    }

    private func result(of request: Request, _ handle: (Request) throws(Problem) -> Response?) -> Response? {
        do throws(Problem) {
            return try handle(request)
        } catch {
            return problemResponse(error)
        }
    }

    /// Runs the handler on this very thread until it first waits; only then is the connection set aside.
    private func serve(
        _ request: Request, on connection: OpaquePointer, deadline: TimeSpan,
        _ handle: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) -> MHD_Result {
        let remarks = worker.configuration.problemRemarks
        let task = Task.immediate { [self] in
            let response: Response
            do throws(Problem) {
                response = try await handle(request)
            } catch {
                response = error.response(requestID: request.id, remarks: remarks)
            }
            complete(response)
        }
        nonisolated(unsafe) let connection = connection
        let ready = outcome.withLock { outcome in
            if outcome.response == nil { outcome.parked = SuspendedConnection(suspending: connection) }
            return outcome.response
        }
        if let ready { return queue(ready, on: connection) }
        // The answer may be there already, but only this thread can send it, after this call.
        self.task = task
        watch.mustGetOn(by: MonotonicTime.now() + deadline)
        wait(for: .answer(self))
        return .YES
    }

    /// The first answer counts; whoever brings it takes the connection up again.
    private func complete(_ response: Response) {
        let parked = outcome.withLock { outcome in
            guard outcome.response == nil else { return nil as SuspendedConnection? }
            outcome.response = response
            defer { outcome.parked = nil }
            return outcome.parked
        }
        parked?.resume()
    }

    /// Answers with a problem in the place of a handler that is still at work.
    func giveUp(_ problem: Problem) {
        complete(problem.response(requestID: givenID, remarks: worker.configuration.problemRemarks))
    }

    func problemResponse(_ problem: Problem) -> Response {
        problem.response(requestID: requestID, remarks: worker.configuration.problemRemarks)
    }

    func wait(for something: ConnectionWatch.Waiting) {
        isWaiting = true
        watch.waits(for: something)
    }

    func stopWaiting() {
        guard isWaiting else { return }
        isWaiting = false
        watch.waits(for: .nothing)
    }

    // MARK: The end

    /// The answer was sent, or the client went away.
    func completed() {
        task?.cancel()
        stopWaiting()
        let now = MonotonicTime.now()
        watch.mustGetOn(by: now + worker.configuration.headTimeout)
        guard status != 0, worker.interest.reaches(method, status), let observer = worker.core.observer else { return }
        observer.take(
            RequestRecord(
                id: requestID, method: method, path: target, status: status, clientAddress: clientAddress,
                duration: now - started))
    }
}
