public import Time

/// How a route answers.
public enum Handler: Sendable {
    /// Always the same; it was made before.
    case fixed(PreparedResponse)
    /// At once, on the connection's own thread: for what waits for nothing.
    case immediate(@Sendable (Request) throws(Problem) -> Response)
    /// At once where what is in memory is enough, else by a task.
    case immediateOr(
        @Sendable (Request) throws(Problem) -> Response?, @Sendable (Request) async throws(Problem) -> Response)
    /// By a task; the connection is set aside only when the task really waits.
    case asynchronous(@Sendable (Request) async throws(Problem) -> Response)
}

/// One method of one path.
public final class Route: Sendable {
    /// The method.
    public let method: Method
    /// The path; a part in braces stands for any text without a slash: `/v1/tokens/{id}`.
    public let pattern: String
    /// The most bytes that its body may have.
    public let bodyLimit: Int
    /// How long an asynchronous answer may take.
    public let deadline: TimeSpan
    /// How it answers.
    public let handler: Handler
    // Parts of the handler: taking one out of it would count references to both.
    let immediate: (@Sendable (Request) throws(Problem) -> Response?)?
    let waiting: (@Sendable (Request) async throws(Problem) -> Response)?

    /// One method of one path.
    public init(
        _ method: Method, _ pattern: String, bodyLimit: Int = 64 * 1024, deadline: TimeSpan = .seconds(10),
        _ handler: Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.bodyLimit = bodyLimit
        self.deadline = deadline
        self.handler = handler
        switch handler {
        case .fixed: (immediate, waiting) = (nil, nil)
        case .immediate(let answer): (immediate, waiting) = ({ request throws(Problem) in try answer(request) }, nil)
        case .immediateOr(let answer, let otherwise): (immediate, waiting) = (answer, otherwise)
        case .asynchronous(let answer): (immediate, waiting) = (nil, answer)
        }
    }

    /// The same, for another thread to count references to.
    func copy() -> Route {
        Route(method, pattern, bodyLimit: bodyLimit, deadline: deadline, handler)
    }
}

/// What stood in the place of a part in braces.
struct PathParameter: Sendable {
    let name: String
    let value: String
}
