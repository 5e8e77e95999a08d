import Postgres
import PostgresTesting
import Testing
import Time

@Suite struct ConnectionTests {
    private static let echo = Statement(
        """
        select $1::int8, $2::text, $3::bool, $4::bytea, $5::timestamptz, $6::text[], $7::int8[], $8::text
        """)
    private static let readings = Statement(
        """
        select 1::int2, 2::int4, 3::int8, 'n'::name, 'v'::varchar, '{"a": 1}'::jsonb, '[1]'::json,
            '00112233-4455-6677-8899-aabbccddeeff'::uuid, pg_current_xact_id(), 1.5::float8, array[]::text[]
        """)

    @Test func parametersComeBackAsTheyWereSent() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            let instant = Instant(microseconds: 1_795_223_866_482_384)
            let texts = ["plain", "quo\"te", "back\\slash", "{a,b}", "", "NULL", "é😀"]
            let rows = try connection.execute(
                Self.echo,
                [
                    -42, "hé\"llo", true, .bytes([0, 1, 255]), .instant(instant), .texts(texts),
                    .ints([1, -2, .max, .min]), .null,
                ])
            try rows.first { row in
                try #expect(row.int(0) == -42)
                try #expect(row.text(1) == "hé\"llo")
                try #expect(row.bool(2))
                try #expect(row.bytes(3) == [0, 1, 255])
                try #expect(row.instant(4) == instant)
                try #expect(row.texts(5) == texts)
                try #expect(row.ints(6) == [1, -2, .max, .min])
                try #expect(row.textOrNil(7) == nil)
            }
        }
    }

    @Test func instantsFromBeforeTheServersEpochAreWhole() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            let statement = Statement("select $1::timestamptz, extract(epoch from $1)::float8")
            for microseconds: Int64 in [0, -1, 946_684_800_000_000, 946_684_799_999_999, -62_135_596_800_000_000] {
                let sent = Instant(microseconds: microseconds)
                try connection.execute(statement, [.instant(sent)]).first { row in
                    try #expect(row.instant(0) == sent)
                    try #expect(row.double(1) == Double(microseconds) / 1e6)
                }
            }
        }
    }

    @Test func typesAreReadByWhatTheyAre() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            try connection.execute(Self.readings).first { row in
                try #expect([row.int(0), row.int(1), row.int(2)] == [1, 2, 3])
                try #expect([row.text(3), row.text(4), row.text(5), row.text(6)] == ["n", "v", #"{"a": 1}"#, "[1]"])
                try #expect(row.text(7) == "00112233-4455-6677-8899-aabbccddeeff")
                try #expect(row.int(8) > 0)
                try #expect(row.double(9) == 1.5)
                try #expect(row.texts(10) == [])
            }
        }
    }

    @Test func anEnumOfTheSchemaIsText() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            try connection.run(script: "create type mood as enum ('calm', 'busy')")
            try connection.execute(Statement("select $1::mood, array['busy']::mood[], row(1, 2)"), ["calm"]).first {
                try #expect($0.text(0) == "calm")
                try #expect($0.texts(1) == ["busy"])
            }
        }
    }

    @Test(arguments: [
        ("select 'infinity'::timestamptz", "timestamptz"), ("select 1::numeric", "numeric"),
        ("select null::timestamptz", "NULL"), ("select 'text'", "text"), ("select row(1, 2)", "row"),
    ])
    func whatCannotBeAnInstantIsAnErrorThatNamesTheColumn(sql: String, what: String) async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            let rows = try connection.execute(Statement("select 0, (\(sql)) as wanted"))
            let error = #expect(throws: PostgresError.self) { try rows.first { try $0.instant(1) } }
            #expect(error?.kind == .decoding)
            #expect(error.map { String(reflecting: $0).contains("wanted") } == true)
            #expect(throws: PostgresError.self) { try rows.first { try $0.instant(2) } }
            #expect(throws: PostgresError.self) { try rows.first { try $0.instant(-1) } }
        }
    }

    @Test func textWithNULIsRefusedAndNotCut() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            for parameter in [Parameter.text("a\0b"), .texts(["fine", "a\0b"])] {
                let error = #expect(throws: PostgresError.self) {
                    _ = try connection.execute(Statement("select $1::text"), [parameter])
                }
                #expect(error?.kind == .invalidParameter)
            }
        }
    }

    @Test func anErrorTellsItsCodeAndConstraintButNoValue() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            try connection.run(script: "create table t (name text constraint one_name primary key)")
            let insert = Statement("insert into t values ($1)")
            #expect(try connection.execute(insert, ["secret-value"]).affected == 1)
            let error = #expect(throws: PostgresError.self) {
                _ = try connection.execute(insert, ["secret-value"])
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.constraint == "one_name")
            #expect(error.map { "\($0)" } == "the database refused (SQLSTATE 23505)")
            #expect(error.map { String(reflecting: $0).contains("one_name") } == true)
        }
    }

    @Test func sessionsAreSetUpForTheService() async throws {
        try await withDatabase { url in
            var options = ConnectionOptions(conninfo: url)
            options.searchPath = "a, \"b c\""
            let connection = try Connection(options)
            let setting = Statement("select current_setting($1)")
            let expected = [
                "TimeZone": "UTC", "statement_timeout": "5s", "lock_timeout": "1s", "application_name": "gatehouse",
                "client_min_messages": "warning", "search_path": "a, \"b c\"", "client_encoding": "UTF8",
            ]
            for (name, value) in expected {
                #expect(try connection.execute(setting, [.text(name)]).first { try $0.text(0) } == value)
            }
        }
    }

    @Test func whatTheConnectionStringSaysWins() async throws {
        try await withDatabase { url in
            let connection = try Connection(
                conninfo: url + "&application_name=mine&options=-c%20statement_timeout%3D7s")
            let setting = Statement("select current_setting($1)")
            for (name, value) in ["application_name": "mine", "statement_timeout": "7s", "lock_timeout": "1s"] {
                #expect(try connection.execute(setting, [.text(name)]).first { try $0.text(0) } == value)
            }
        }
    }

    @Test func aMalformedConnectionStringIsRefusedWithoutRepeatingIt() {
        let error = #expect(throws: PostgresError.self) {
            _ = try Connection(conninfo: "postgresql://user:pass word@host:x/db")
        }
        #expect(error?.kind == .connectionFailed)
        #expect(error.map { String(reflecting: $0).contains("pass") } == false)
    }

    @Test func theClockIsMeasuredWithinItsRoundTrip() async throws {
        try await withDatabase { url in
            let connection = try Connection(conninfo: url)
            let reading = try connection.readClock()
            // The same machine: the two clocks are one.
            #expect(abs(reading.offset.microseconds) <= reading.roundTrip.microseconds)
            #expect(reading.measuredAt <= .now())
        }
    }
}
