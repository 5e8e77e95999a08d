import Calendars
import Glibc
import Testing

/// Not a test: writes the table of sessions for `scripts/compare-calendars`.
@Suite struct SessionTableFile {
    static let path = unsafe getenv("GATEHOUSE_SESSIONS_FILE").map { unsafe String(cString: $0) }

    @Test(.enabled("skipped: only scripts/compare-calendars asks for it") { path != nil })
    func isWritten() throws {
        let path = try #require(Self.path)
        let file = try unsafe #require(fopen(path, "w"))
        defer { unsafe fclose(file) }
        #expect(unsafe fputs(xnys.canonicalText, file) >= 0)
    }
}
