import Dispatch
import Glibc
import Locks
import Testing

/// A value that tests share between tasks and threads.
final class Shared<Value: Sendable>: Sendable {
    private let guarded: Guarded<Value>

    init(_ value: Value) { guarded = Guarded(value) }

    var value: Value { guarded.withLock { $0 } }

    func take(leaving next: Value) -> Value {
        guarded.withLock { value in
            defer { value = next }
            return value
        }
    }

    func change(_ body: @Sendable (inout Value) -> Void) {
        guarded.withLock { body(&$0) }
    }
}

/// Holds a session's thread until a test opens it.
final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let awaited = Shared(false)
    private let opened = Shared(false)

    var isAwaited: Bool { awaited.value }
    var isOpen: Bool { opened.value }

    func wait() {
        awaited.change { $0 = true }
        semaphore.wait()
    }

    func open() {
        opened.change { $0 = true }
        semaphore.signal()
    }
}

/// The processes that a process has started and that still run.
func children(of parent: Int32) throws -> [Int32] {
    let path = "/proc/\(parent)/task/\(parent)/children"
    let file = fopen(path, "r")
    defer { if let file { fclose(file) } }
    var line = [CChar](repeating: 0, count: 65_536)
    guard let file, fgets(&line, Int32(line.count), file) != nil else { return [] }
    let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
}

/// A server that stands still until `resume`, or until this process ends, however that happens.
final class StoppedServer: Sendable {
    private let resumer: Shared<Int>

    init(_ postmaster: Int32) throws {
        // The postmaster first: then nobody is added to its children. One that ends by itself needs no stopping.
        try #require(kill(postmaster, SIGSTOP) == 0)
        let children = try children(of: postmaster)
        let processes = ([postmaster] + children).map(String.init).joined(separator: " ")
        // The shell reads a pipe from us: its end comes with ours.
        let pipe = popen("cat >/dev/null; kill -CONT \(processes) 2>/dev/null", "we")
        resumer = Shared(Int(bitPattern: pipe))
        for child in children where kill(child, SIGSTOP) != 0 {
            try #require(errno == ESRCH)
        }
    }

    func resume() {
        let address = resumer.take(leaving: 0)
        if let pipe = UnsafeMutablePointer<FILE>(bitPattern: address) { pclose(pipe) }
    }
}
