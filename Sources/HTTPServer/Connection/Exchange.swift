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

    let core: ServerCore
    private let target: String
    private let outcome = Guarded(Outcome())
    // Unchecked: touched only on the connection's own thread.
    nonisolated(unsafe) private var stage = Stage.head
    nonisolated(unsafe) private(set) var watch: ConnectionWatch?
    nonisolated(unsafe) private var headers = Headers()
    nonisolated(unsafe) private var body: [UInt8] = []
    nonisolated(unsafe) private var received = 0
    nonisolated(unsafe) private var plan: Plan?
    nonisolated(unsafe) private var task: Task<Void, Never>?
    nonisolated(unsafe) private var isWaiting = false
    nonisolated(unsafe) private(set) var started = MonotonicTime.now()
    nonisolated(unsafe) var record = RequestRecord()

    /// What is to happen when the request is whole.
    private enum Plan {
        case serve(route: Int, [PathParameter], [QueryItem])
        case refuse(Problem)
    }

    init(core: ServerCore, target: String) {
        self.core = core
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
        watch = ConnectionWatch.of(connection)
        var head = RequestHead(connection, version: version, limit: core.configuration.headerLimit)
        record.method = method.map { String(cString: $0) } ?? ""
        headers = head.headers
        record.path = target
        record.givenID = RequestIDs.accepted(headers["x-request-id"])
        if head.problem == nil, !gh_mhd_head_is_plain(connection, method, url, target.utf8.count, version) {
            head.refuseHiddenBytes()
        }
        if let problem = head.problem {
            plan = .refuse(problem)
            return queueAndClose(problem, on: connection)
        }
        let plan = makePlan()
        self.plan = plan
        if head.hasBody {
            watch?.mustGetOn(by: started + core.configuration.bodyTimeout)
            if let declared = head.declaredLength, declared > bodyLimit {
                return queueAndClose(tooLarge(declared), on: connection)
            }
        }
        return .YES
    }

    private func makePlan() -> Plan {
        do throws(Problem) {
            let method = Method(rawValue: record.method == "HEAD" ? "GET" : record.method)
            let (match, query) = try core.router.find(target, method: method)
            switch match {
            case .found(let index, let parameters):
                record.route = index
                return .serve(route: index, parameters, query)
            case .otherMethods(let allow):
                throw Problem(
                    .badMethod, "this path does not take \(record.method.prefix(32))", headers: [Header("Allow", allow)]
                )
            case .nothing:
                throw Problem(
                    .noSuchPath, "there is nothing at this path", hint: "GET /openapi.json describes every path")
            }
        } catch {
            return .refuse(error)
        }
    }

    private var clientAddress: String {
        let peer = watch?.clientAddress ?? ""
        guard let proxy = core.configuration.trustedProxy, proxy == peer else { return peer }
        // The last word is the proxy's own: it may have added a line of its own to those that the client sent. An empty one
        // is a word too.
        let words = headers.all("x-forwarded-for").last?.split(separator: ",", omittingEmptySubsequences: false)
        return words?.last.flatMap { NumericAddress.canonical($0.filter { $0 != " " }) } ?? peer
    }

    var requestID: String {
        if let id = record.givenID { return id }
        let id = watch?.makeRequestID(core.requestIDs) ?? RequestIDs.name(core.requestIDs.takeBlock())
        record.givenID = id
        return id
    }

    // MARK: The body

    private var bodyLimit: Int {
        guard case .serve(let route, _, _) = plan else { return 64 * 1024 }
        return core.router.routes[route].bodyLimit
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
            if case .serve = plan { plan = .refuse(tooLarge(received)) }
            body = []
        }
        return received <= bodyLimit + 1024 * 1024
    }

    // MARK: The answer

    private func answer(_ connection: OpaquePointer) -> MHD_Result {
        switch plan {
        case .serve(let route, let parameters, let query):
            if let fixed = core.router.fixedAnswers[route] { return queue(fixed, on: connection) }
            return answer(core.router.routes[route], parameters, query, on: connection)
        case .refuse(let problem):
            return queue(problemResponse(problem), on: connection)
        case nil:
            return .NO
        }
    }

    private func answer(
        _ route: Route, _ parameters: [PathParameter], _ query: [QueryItem], on connection: OpaquePointer
    ) -> MHD_Result {
        var request: Request {
            Request(
                method: route.method, path: target, headers: headers, clientAddress: clientAddress, id: requestID,
                body: body,
                pathParameters: parameters, query: query)
        }
        switch route.handler {
        case .fixed(let answer): return queue(FixedAnswer(answer), on: connection)
        case .immediate(let handle):
            let answer = Self.result(of: request, remarks: core.configuration.problemRemarks, handle)
            return answer.map { queue($0, on: connection) } ?? .NO
        case .immediateOr(let handle, let otherwise):
            let request = request
            if let answer = Self.result(of: request, remarks: core.configuration.problemRemarks, handle) {
                return queue(answer, on: connection)
            }
            return serveUnlessClosing(request, on: connection, deadline: route.deadline, otherwise)
        case .asynchronous(let handle):
            return serveUnlessClosing(request, on: connection, deadline: route.deadline, handle)
        }
    }

    private func serveUnlessClosing(
        _ request: @autoclosure () -> Request, on connection: OpaquePointer, deadline: TimeSpan,
        _ handle: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) -> MHD_Result {
        guard !core.isClosing else {
            return queueAndClose(Problem(.stopping, "the server is stopping; nothing was changed"), on: connection)
        }
        return serve(request(), on: connection, deadline: deadline, handle)
    }

    private static func result(
        of request: Request, remarks: [JSONRemark], _ handle: (Request) throws(Problem) -> Response?
    ) -> Response? {
        do throws(Problem) {
            return try handle(request)
        } catch {
            return error.response(requestID: request.id, remarks: remarks)
        }
    }

    /// Runs the handler on this very thread until it first waits; only then is the connection set aside.
    private func serve(
        _ request: Request, on connection: OpaquePointer, deadline: TimeSpan,
        _ handle: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) -> MHD_Result {
        let remarks = core.configuration.problemRemarks
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
        watch?.mustGetOn(by: MonotonicTime.now() + deadline)
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
        complete(problem.response(requestID: record.givenID, remarks: core.configuration.problemRemarks))
    }

    func problemResponse(_ problem: Problem) -> Response {
        problem.response(requestID: requestID, remarks: core.configuration.problemRemarks)
    }

    func wait(for something: ConnectionWatch.Waiting) {
        isWaiting = true
        watch?.waits(for: something)
    }

    func stopWaiting() {
        guard isWaiting else { return }
        isWaiting = false
        watch?.waits(for: .nothing)
    }

    // MARK: The end

    /// The answer was sent, or the client went away.
    func completed() {
        task?.cancel()
        stopWaiting()
        let now = MonotonicTime.now()
        watch?.mustGetOn(by: now + core.configuration.headTimeout)
        guard record.status != 0, let observer = core.observer, observer.wants(record) else { return }
        record.id = requestID
        record.clientAddress = clientAddress
        record.duration = now - started
        observer.take(record)
    }
}
