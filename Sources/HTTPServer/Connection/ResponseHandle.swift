import CMicroHTTPD
import Glibc

/// A response with these bytes, for the caller to destroy; nothing if there is no memory for it.
func makeResponse(_ bytes: [UInt8], headers: [Header]) -> OpaquePointer? {
    guard let made = Bytes.makeResponse(bytes) else { return nil }
    for header in headers { addHeader(header, to: made) }
    return made
}

/// Without the arrays that strings become when C is handed them.
private func addHeader(_ header: Header, to response: OpaquePointer) {
    header.name.withCString { name in
        header.value.withCString { value in _ = MHD_add_response_header(response, name, value) }
    }
}

/// Keeps the bytes of a response where they are until libmicrohttpd has sent them.
private final class Bytes: Sendable {
    private let bytes: [UInt8]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func makeResponse(_ bytes: [UInt8]) -> OpaquePointer? {
        let kept = Unmanaged.passRetained(Bytes(bytes))
        // The address outlives the closure: an array's bytes stay where they are while it is kept and not changed.
        let made = bytes.withUnsafeBytes { buffer in
            MHD_create_response_from_buffer_with_free_callback_cls(
                buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress),
                { kept in
                    guard let kept else { return }
                    Unmanaged<Bytes>.fromOpaque(kept).release()
                }, kept.toOpaque())
        }
        if made == nil { kept.release() }
        return made
    }
}

/// Owns a response of libmicrohttpd; connections that send it hold references of their own.
struct ResponseHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Sends the bytes.
    init?(_ bytes: [UInt8]) {
        guard let made = makeResponse(bytes, headers: []) else { return nil }
        pointer = made
    }

    /// Reads the bytes from a stream; the response keeps the stream until it is sent or given up.
    init?(reading source: StreamSource) {
        let made = MHD_create_response_from_callback(
            gh_mhd_size_unknown, 32 * 1024,
            { context, _, buffer, size in
                guard let context, let buffer else { return gh_mhd_end_of_stream }
                return Unmanaged<StreamSource>.fromOpaque(context).takeUnretainedValue().read(
                    into: buffer, atMost: size)
            },
            Unmanaged.passRetained(source).toOpaque(),
            { context in
                guard let context else { return }
                Unmanaged<StreamSource>.fromOpaque(context).takeRetainedValue().abandon()
            })
        guard let made else { return nil }
        pointer = made
    }

    deinit {
        MHD_destroy_response(pointer)
    }

    func add(_ header: Header) {
        addHeader(header, to: pointer)
    }

    func queue(on connection: OpaquePointer, status: Int) -> MHD_Result {
        gh_mhd_queue(connection, UInt32(status), pointer)
    }
}

/// An answer made once and sent many times, as it is; it carries no request id.
public final class PreparedResponse: Sendable {
    let status: Int
    // Unchecked: libmicrohttpd counts references to a response atomically, and this one is not changed after `init`.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// Prepares an answer; nothing if there is no memory for it.
    public init?(status: Int = 200, headers: [Header], body: [UInt8]) {
        self.status = status
        guard let made = makeResponse(body, headers: headers) else { return nil }
        pointer = made
    }

    deinit {
        MHD_destroy_response(pointer)
    }
}

/// A prepared answer without a count of references, for as long as the router keeps its route.
struct FixedAnswer: Sendable {
    let status: Int
    // Unchecked: as the prepared answer's own.
    nonisolated(unsafe) let pointer: OpaquePointer

    init(_ answer: PreparedResponse) {
        status = answer.status
        pointer = answer.pointer
    }
}

/// A connection set aside until somebody has its answer. It is taken up again exactly once: whoever takes this value out
/// of the lock that guards it is the only one who can.
struct SuspendedConnection: @unchecked Sendable {
    // Unchecked: MHD_resume_connection may be called from any thread, and the connection lives while it is suspended.
    private let connection: OpaquePointer

    init(suspending connection: OpaquePointer) {
        MHD_suspend_connection(connection)
        self.connection = connection
    }

    consuming func resume() {
        MHD_resume_connection(connection)
    }
}
