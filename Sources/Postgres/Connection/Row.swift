import CPostgres
public import Time

/// One row of a result, lent to a closure; it cannot outlive its `Rows`. Columns count from 0.
///
/// A column of another type, or NULL where a value was asked for, is an error of kind `decoding` that names it.
public struct Row: ~Copyable {
    let result: OpaquePointer
    let index: Int32

    /// Whether the column is NULL.
    public func isNull(_ column: Int) throws(PostgresError) -> Bool {
        try field(column) == nil
    }

    /// int2, int4, int8, oid or xid8.
    public func int(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, try intOrNil(column))
    }

    /// int2, int4, int8, oid or xid8; nil for NULL.
    public func intOrNil(_ column: Int) throws(PostgresError) -> Int64? {
        try read(column, "an integer") { $0.integer }
    }

    /// float4 or float8.
    public func double(_ column: Int) throws(PostgresError) -> Double {
        try required(column, try doubleOrNil(column))
    }

    /// float4 or float8; nil for NULL.
    public func doubleOrNil(_ column: Int) throws(PostgresError) -> Double? {
        try read(column, "a float") { $0.double }
    }

    /// bool.
    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try required(column, try boolOrNil(column))
    }

    /// bool; nil for NULL.
    public func boolOrNil(_ column: Int) throws(PostgresError) -> Bool? {
        try read(column, "a boolean") { $0.boolean }
    }

    /// text, varchar, char, name, json, jsonb, uuid or an enum of the schema.
    public func text(_ column: Int) throws(PostgresError) -> String {
        try required(column, try textOrNil(column))
    }

    /// text, varchar, char, name, json, jsonb, uuid or an enum of the schema; nil for NULL.
    public func textOrNil(_ column: Int) throws(PostgresError) -> String? {
        try read(column, "text") { $0.text }
    }

    /// bytea.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, try bytesOrNil(column))
    }

    /// bytea; nil for NULL.
    public func bytesOrNil(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try read(column, "bytea") { $0.byteArray }
    }

    /// timestamptz; ±infinity is an error.
    public func instant(_ column: Int) throws(PostgresError) -> Instant {
        try required(column, try instantOrNil(column))
    }

    /// timestamptz; nil for NULL, ±infinity is an error.
    public func instantOrNil(_ column: Int) throws(PostgresError) -> Instant? {
        try read(column, "a finite timestamptz") { $0.instant }
    }

    /// A one-dimensional array, without NULLs, of what `text` reads.
    public func texts(_ column: Int) throws(PostgresError) -> [String] {
        try required(column, try textsOrNil(column))
    }

    /// A one-dimensional array, without NULLs, of what `text` reads; nil for NULL.
    public func textsOrNil(_ column: Int) throws(PostgresError) -> [String]? {
        try read(column, "an array of text") { field in TypeID.isArray(field.type) ? field.elements { $0.text } : nil }
    }

    /// A one-dimensional array, without NULLs, of what `int` reads.
    public func ints(_ column: Int) throws(PostgresError) -> [Int64] {
        try required(column, try intsOrNil(column))
    }

    /// A one-dimensional array, without NULLs, of what `int` reads; nil for NULL.
    public func intsOrNil(_ column: Int) throws(PostgresError) -> [Int64]? {
        try read(column, "an array of integers") { field in
            TypeID.isArray(field.type) ? field.elements { $0.integer } : nil
        }
    }

    private func field(_ column: Int) throws(PostgresError) -> Field? {
        guard column >= 0, column < Int(PQnfields(result)) else {
            throw PostgresError(.decoding, "column \(column) does not exist; there are \(PQnfields(result))")
        }
        let position = Int32(column)
        guard PQgetisnull(result, index, position) == 0, let start = PQgetvalue(result, index, position) else {
            return nil
        }
        let length = Int(PQgetlength(result, index, position))
        return Field(type: PQftype(result, position), bytes: UnsafeRawBufferPointer(start: start, count: length))
    }

    private func read<Value>(
        _ column: Int, _ expected: String, _ decode: (Field) -> Value?
    ) throws(PostgresError) -> Value? {
        guard let field = try field(column) else { return nil }
        guard let value = decode(field) else {
            throw PostgresError(.decoding, "column \(name(column)) of type \(field.type) is not \(expected)")
        }
        return value
    }

    private func required<Value>(_ column: Int, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw PostgresError(.decoding, "column \(name(column)) is NULL") }
        return value
    }

    private func name(_ column: Int) -> String {
        let label = PQfname(result, Int32(column)).map { String(cString: $0) } ?? "?"
        return "\(column) (\(label))"
    }
}
