import PostgresTesting

/// One server for all tests that leave nothing behind which another test could notice.
enum SharedServer {
    private static let starting = Task {
        let (database, folder) = try await Endless.lend()
        return try await Gatehouse.start(
            data: folder + "/data", ["--database", database.serverURL, "--rate-limit", "0"],
            environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret()])
    }

    static nonisolated(nonsending) func use(_ body: nonisolated(nonsending) (Gatehouse) async throws -> Void)
        async throws
    {
        try await body(starting.value)
    }
}

/// A database and a folder that are lent until the test process ends.
private enum Endless {
    static func lend() async throws -> (ServiceDatabase, String) {
        try await withCheckedThrowingContinuation { continuation in
            Task {
                do {
                    try await withServiceDatabase { database in
                        try await withFolder { folder in
                            continuation.resume(returning: (database, folder))
                            while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
                        }
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
