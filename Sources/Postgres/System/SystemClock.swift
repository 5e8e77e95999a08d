import Glibc

/// The kernel's clocks in microseconds. The service's own clock is the database's; these only measure spans and age.
enum SystemClock {
    /// Since boot, counting sleep: what leases and heartbeats are aged by.
    static var boottime: Int64 { read(CLOCK_BOOTTIME) }
    /// Since boot, never stepped: what time limits are measured by.
    static var monotonic: Int64 { read(CLOCK_MONOTONIC) }
    /// Since 1970, as the machine believes; may step.
    static var realtime: Int64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
