import Glibc
import PostgresTesting
import Testing

/// Servers that tests start end with the test process, also where that does not end them.
@Suite struct WatchdogTests {
    @Test func whatATestLeavesRunningEndsWithTheTestProcess() async throws {
        try await withRehearsal { rehearsal in
            let real = try await Gatehouse.start(
                data: try TestFolder.makeUntilExit(), ["--database", rehearsal.database.serverURL],
                environment: ["GATEHOUSE_ADMIN_TOKEN": rehearsal.token])
            let processes = [real.process, try await rehearsal.start().process]
            let watchdog = Watchdog()
            for process in processes { watchdog.watch(process.id) }
            await waiting { watchdog.end() }
            for process in processes {
                try await eventually("it ends") { process.end == .signal(SIGKILL) }
            }
        }
    }
}
