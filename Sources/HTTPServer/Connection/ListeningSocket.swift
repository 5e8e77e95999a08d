import Glibc

/// A socket that listens. We make it ourselves: libmicrohttpd would not say why it could not.
struct ListeningSocket: ~Copyable {
    private let descriptor: Int32
    private let port: UInt16

    init(host: String, port: UInt16) throws(ServerError) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let info = found else {
            throw ServerError(
                "'\(host)' is not a numeric address to listen on; write for example 127.0.0.1:8080 or [::1]:8080")
        }
        defer { freeaddrinfo(found) }
        let name = host.contains(":") ? "[\(host)]" : host
        let socket = Glibc.socket(
            info.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard socket >= 0 else { throw ServerError("no socket for \(name): \(Self.reason(errno))") }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(socket, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0, listen(socket, 4_096) == 0 else {
            let error = errno
            close(socket)
            let advice = error == EADDRINUSE ? "; another program listens there: choose another port with --listen" : ""
            throw ServerError("cannot listen on \(name):\(port): \(Self.reason(error))\(advice)")
        }
        descriptor = socket
        self.port = Self.port(of: socket)
    }

    deinit {
        close(descriptor)
    }

    /// Where it listens, with the port that it got, if the host is written like this.
    func address(host: String) -> String {
        (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    /// Gives the descriptor to somebody who will close it.
    consuming func giveAway() -> Int32 {
        let given = descriptor
        discard self
        return given
    }

    private static func port(of socket: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
            // The port stands at the same place in the addresses of both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    private static func reason(_ error: Int32) -> String {
        String(cString: strerror(error))
    }
}
