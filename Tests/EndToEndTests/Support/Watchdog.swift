import Glibc
import Locks

/// Ends the processes of the tests when the test process ends, however that happens.
///
/// A shell reads their numbers from a pipe, whose end comes with ours.
final class Watchdog: Sendable {
    static let shared = Watchdog()

    private let pipe: Guarded<Int>

    init() {
        let script = """
            while read -r process; do all="$all $process"; done
            for process in $all; do
                case "$(readlink /proc/$process/exe)" in */gatehouse*|*/rehearsal*) kill -KILL $process ;; esac
            done
            """
        pipe = Guarded(Int(bitPattern: popen("trap '' INT TERM; \(script)", "we")))
    }

    func watch(_ process: pid_t) {
        pipe.withLock { address in
            guard let pipe = UnsafeMutablePointer<FILE>(bitPattern: address) else { return }
            fputs("\(process)\n", pipe)
            fflush(pipe)
        }
    }

    /// Does what else happens when the test process ends; waits for the shell.
    func end() {
        let address = pipe.withLock { address in
            defer { address = 0 }
            return address
        }
        if let pipe = UnsafeMutablePointer<FILE>(bitPattern: address) { pclose(pipe) }
    }
}
