import Glibc
import Time

/// Between one question and the next.
enum Pause {
    /// Sleeps for that long, whatever signals come.
    static func sleep(for span: TimeSpan) {
        var rest = timespec(
            tv_sec: Int(span.microseconds / 1_000_000), tv_nsec: Int(span.microseconds % 1_000_000) * 1_000)
        while true {
            let asked = rest
            guard withUnsafePointer(to: asked, { nanosleep($0, &rest) }) != 0, errno == EINTR else { return }
        }
    }
}
