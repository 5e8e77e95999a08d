import Glibc
import Postgres
import PostgresTesting
import Testing

@Suite struct EmbeddedClusterRefusalTests {
    private nonisolated(nonsending) func refusal(
        in prepare: (inout ClusterOptions) throws -> Void
    ) async throws -> ClusterError? {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        var options = ClusterOptions(directory: folder)
        options.settings = TestCluster.quick
        try prepare(&options)
        let prepared = options
        return await #expect(throws: ClusterError.self) {
            let cluster = try await EmbeddedCluster.start(prepared)
            await cluster.stop()
        }
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test func aDirectoryOfSomethingElse() async throws {
        let error = try await refusal { try write("mine", to: "\($0.directory)/thesis.tex") }
        #expect(error?.kind == .foreignDirectory)
        #expect(error?.message.contains("thesis.tex") == true)
        #expect(error?.message.contains("--data") == true)
    }

    @Test func dataThatIsNoCluster() async throws {
        let error = try await refusal { options in
            try write("", to: "\(options.directory)/lock")
            mkdir("\(options.directory)/postgres", 0o700)
            try write("?", to: "\(options.directory)/postgres/something")
        }
        #expect(error?.kind == .foreignDirectory)
    }

    @Test func noPostgreSQL() async throws {
        let error = try await refusal { options in
            options.installations = ["/nowhere"]
            options.path = "/nowhere/bin"
        }
        #expect(error?.kind == .missingBinaries)
        #expect(error?.message.contains("apt-get install postgresql") == true)
    }

    @Test func dataOfAnotherMajorVersion() async throws {
        let error = try await refusal { options in
            try write("", to: "\(options.directory)/lock")
            mkdir("\(options.directory)/postgres", 0o700)
            try write("9\n", to: "\(options.directory)/postgres/PG_VERSION")
        }
        #expect(error?.kind == .versionMismatch)
        #expect(error?.message.contains("made by PostgreSQL 9") == true)
        #expect(error?.message.contains("apt-get install postgresql-9") == true)
    }

    @Test func aSettingThatPostgreSQLDoesNotKnow() async throws {
        let error = try await refusal { $0.settings["no_such_setting"] = "1" }
        #expect(error?.kind == .startFailed)
        #expect(error?.message.contains("no_such_setting") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount")) func aFullDisk() async throws {
        let place = try TestFolder.make()
        defer { TestFolder.remove(place) }
        try #require(mount("none", place, "tmpfs", 0, "size=8m,mode=711") == 0)
        defer { umount2(place, Int32(MNT_DETACH)) }
        let error = try await refusal { $0.directory = "\(place)/data" }
        #expect(error?.kind == .diskFull)
        #expect(error?.message.contains("MB free") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount")) func aReadOnlyFileSystem() async throws {
        let place = try TestFolder.make()
        defer { TestFolder.remove(place) }
        try #require(mount("none", place, "tmpfs", UInt(MS_RDONLY), "size=1m") == 0)
        defer { umount2(place, Int32(MNT_DETACH)) }
        let error = try await refusal { $0.directory = "\(place)/data" }
        #expect(error?.kind == .notAccessible)
        #expect(error?.message.contains("Read-only") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root drops to another user")) func aPathThePostgresUserCannotReach()
        async throws
    {
        let place = try TestFolder.make()
        defer { TestFolder.remove(place) }
        let error = try await refusal { $0.directory = "\(place)/data" }
        #expect(error?.kind == .notAccessible)
        #expect(error?.message.contains("chmod o+x \(place)") == true)
    }
}
