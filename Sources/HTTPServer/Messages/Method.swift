/// The methods that a route can have.
public enum Method: String, CaseIterable, Sendable {
    /// Reads; HEAD is answered by the same route.
    case get = "GET"
    /// Creates or acts.
    case post = "POST"
    /// Replaces.
    case put = "PUT"
    /// Changes a part.
    case patch = "PATCH"
    /// Removes.
    case delete = "DELETE"
}
