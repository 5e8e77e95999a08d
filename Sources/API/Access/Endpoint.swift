public import HTTPServer
import Time

/// A method of a path, who may ask it, and how it answers. The service's remarks are added here, so that none forgets them.
public struct Endpoint: Sendable {
    /// Who may ask.
    public let access: Access
    /// Where it is and how it answers.
    public let route: Route

    /// An endpoint that everybody may ask, and that always answers the same.
    init(
        _ method: Method, _ path: String, of service: Service, everybody object: [UInt8], remarkPrefix: String = ""
    ) throws(ServerError) {
        access = .everybody
        route = Route(method, path, .fixed(try service.remarks.prepared(object, prefix: remarkPrefix)))
    }

    /// An endpoint that everybody may ask, answered at once.
    init(
        _ method: Method, _ path: String, of service: Service,
        everybody answer: @escaping @Sendable (Request) throws(Problem) -> Response
    ) {
        access = .everybody
        route = Route(
            method, path, .immediate { request throws(Problem) in service.remarks.added(to: try answer(request)) })
    }

    /// An endpoint for callers with a token, answered at once from what is in memory.
    init(
        _ method: Method, _ path: String, _ access: Access, of service: Service, evenIfStale: Bool = false,
        immediate answer: @escaping @Sendable (Request, Caller) throws(Problem) -> Response
    ) {
        self.access = access
        route = Route(
            method, path,
            .immediate { request throws(Problem) in
                let caller = try service.admit(request, access, evenIfStale: evenIfStale)
                return service.remarks.added(to: try answer(request, caller))
            })
    }

    /// An endpoint for callers with a token, answered at once where what is in memory is enough, else by a task.
    init(
        _ method: Method, _ path: String, _ access: Access, of service: Service,
        immediate answer: @escaping @Sendable (Request, Caller) throws(Problem) -> Response?,
        otherwise wait: @escaping @Sendable (Request, Caller) async throws -> Response
    ) {
        self.access = access
        let waiting = Endpoint(method, path, access, of: service, wait)
        guard case .asynchronous(let otherwise) = waiting.route.handler else {
            route = waiting.route
            return
        }
        route = Route(
            method, path,
            .immediateOr(
                { request throws(Problem) in
                    guard service.knowsTokens(at: request.receivedAt) else { return nil }
                    let caller = try service.admitFromMemory(request, access)
                    return try answer(request, caller).map { service.remarks.added(to: $0) }
                }, otherwise))
    }

    /// An endpoint for callers with a token, answered from what is in memory of all that decides: at once while that is
    /// certain to hold, else when the database has been asked.
    init(
        _ method: Method, _ path: String, _ access: Access, of service: Service,
        fromMemory answer: @escaping @Sendable (Request, Caller) throws(Problem) -> Response
    ) {
        self.init(
            method, path, access, of: service,
            immediate: { request, caller throws(Problem) in
                service.knowsDecisions(at: request.receivedAt) ? try answer(request, caller) : nil
            },
            otherwise: { request, caller in
                try await service.makeDecisionsCertain()
                return try answer(request, caller)
            })
    }

    /// An endpoint for callers with a token, answered by a task that may wait for the database.
    init(
        _ method: Method, _ path: String, _ access: Access, of service: Service, bodyLimit: Int = 64 * 1024,
        deadline: TimeSpan = .seconds(10), takesFeedKey: Bool = false,
        _ answer: @escaping @Sendable (Request, Caller) async throws -> Response
    ) {
        self.access = access
        route = Route(
            method, path, bodyLimit: bodyLimit, deadline: deadline,
            .asynchronous { request throws(Problem) in
                let caller: Caller
                if takesFeedKey, let key = try request.feedKey {
                    caller = try await service.admitFeed(request, access, key: key)
                } else if service.knowsTokens(at: request.receivedAt) {
                    // Waiting for what is there already would cost a frame of its own.
                    caller = try service.admitFromMemory(request, access)
                } else {
                    caller = try await service.admitAsking(request, access)
                }
                do {
                    return service.remarks.added(to: try await answer(request, caller))
                } catch {
                    throw service.pointed(service.problem(for: error, request), request, caller)
                }
            })
    }

    /// An endpoint without a token, for senders that prove by themselves who they are; answered by a task.
    init(
        _ method: Method, _ path: String, of service: Service, bodyLimit: Int,
        proven answer: @escaping @Sendable (Request) async throws -> Response
    ) {
        access = .everybody
        route = Route(
            method, path, bodyLimit: bodyLimit,
            .asynchronous { request throws(Problem) in
                do {
                    return service.remarks.added(to: try await answer(request))
                } catch {
                    throw service.problem(for: error, request)
                }
            })
    }

    private init(_ access: Access, _ route: Route) {
        (self.access, self.route) = (access, route)
    }

    /// The same, where some problems have an answer of another form.
    func answering(_ form: @escaping @Sendable (Problem) -> Response?) -> Endpoint {
        guard case .asynchronous(let answer) = route.handler else { return self }
        let handler = Handler.asynchronous { request throws(Problem) in
            do throws(Problem) {
                return try await answer(request)
            } catch {
                guard let response = form(error) else { throw error }
                return response
            }
        }
        return Endpoint(
            access,
            Route(route.method, route.pattern, bodyLimit: route.bodyLimit, deadline: route.deadline, handler))
    }
}
