import JSON
import PostgresTesting
import Testing

@Suite struct WrongClockTests {
    /// A database whose clock the test sets, so many hours from the right time.
    private nonisolated(nonsending) func setClock(_ database: ServiceDatabase, ahead hours: Int) async throws {
        try await database.run(
            """
            create schema if not exists wrong;
            grant usage on schema wrong to public;
            create or replace function wrong.clock_timestamp() returns timestamptz language sql volatile as
                'select pg_catalog.clock_timestamp() + interval ''\(hours) hours''';
            alter database "\(database.name)" set search_path = wrong, pg_catalog, public;
            """, as: database.superuserURL)
    }

    @Test func whatWaitsOutlastsAClockThatIsWrongForAWhile() async throws {
        try await withTurn {
            try await withServiceDatabase { database in
                try await setClock(database, ahead: 0)
                try await withServer(on: database) { server in
                    let client = server.admin
                    try await client.apply(Pipeline.onRequest(beta: "[{name: sign-off, approval: {required: 1}}]"))
                    let freight = try await client.freightID(tag: "v1")
                    _ = try await client.promote(freight, to: "beta")
                    let before = try await client.eventually(freight, in: "beta", "Waiting", code: "approval.missing")
                    // It waits for a day; by this clock that is over.
                    try await setClock(database, ahead: 48)
                    let during = try await client.eventually(freight, in: "beta", "Waiting", code: "clock.skew")
                    #expect(during["waitUntil"] == before["waitUntil"])
                    try await setClock(database, ahead: 0)
                    _ = try await client.eventually(freight, in: "beta", "Waiting", code: "approval.missing")
                }
            }
        }
    }
}
