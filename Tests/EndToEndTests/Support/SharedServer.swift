import PostgresTesting

/// One server for all tests that leave nothing behind which another test could notice.
enum SharedServer {
    private static let starting = Task {
        let database = try await Endless.database()
        return try await Gatehouse.start(
            data: try TestFolder.makeUntilExit(), ["--database", database.serverURL, "--rate-limit", "0"],
            environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret()])
    }

    static nonisolated(nonsending) func use(_ body: nonisolated(nonsending) (Gatehouse) async throws -> Void)
        async throws
    {
        try await body(starting.value)
    }
}

/// A database that is lent until the test process ends.
private enum Endless {
    static func database() async throws -> ServiceDatabase {
        try await withCheckedThrowingContinuation { continuation in
            Task {
                do {
                    try await withServiceDatabase { database in
                        continuation.resume(returning: database)
                        while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
