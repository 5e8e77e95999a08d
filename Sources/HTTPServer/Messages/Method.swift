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

    /// The method that a request line names; HEAD is answered as GET.
    init?(named name: String) {
        if name == "GET" || name == "HEAD" {
            self = .get
        } else {
            self.init(rawValue: name)
        }
    }
}
