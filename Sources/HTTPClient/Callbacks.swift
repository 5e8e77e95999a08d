import CCurl
import Glibc

// libcurl calls these on the thread of `curl_easy_perform`, which lends them its exchange.

let receiveBody: curl_write_callback = { start, size, count, exchange in
    receive(start, size * count, exchange) { $0.receiveBody($1) }
}

let receiveHeader: curl_write_callback = { start, size, count, exchange in
    receive(start, size * count, exchange) { $0.receiveHeader($1) }
}

/// The resolved address is checked here, where no name or redirect can go round it.
let openSocket: curl_opensocket_callback = { exchange, _, address in
    guard let exchange, let address, let resolved = IPAddress(address) else { return CURL_SOCKET_BAD }
    if resolved.isLinkLocal {
        exchange.assumingMemoryBound(to: Exchange.self).pointee.metLinkLocal = true
        return CURL_SOCKET_BAD
    }
    let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return socket(address.pointee.family, kind, address.pointee.protocol)
}

/// How many bytes were taken; libcurl ends the transfer if it is not all of them.
private func receive(
    _ start: UnsafeMutablePointer<CChar>?, _ count: Int, _ exchange: UnsafeMutableRawPointer?,
    _ take: (inout Exchange, UnsafeRawBufferPointer) -> Bool
) -> Int {
    guard let exchange else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    return take(&exchange.assumingMemoryBound(to: Exchange.self).pointee, bytes) ? count : 0
}
