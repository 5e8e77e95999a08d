import CPostgres

/// The result of a statement; freed when it goes out of scope.
public struct Rows: ~Copyable {
    let result: OpaquePointer

    init(owning result: OpaquePointer) {
        self.result = result
    }

    deinit { PQclear(result) }

    /// How many rows came back.
    public var count: Int { Int(PQntuples(result)) }

    /// Whether no row came back.
    public var isEmpty: Bool { count == 0 }

    /// How many rows INSERT, UPDATE, DELETE or SELECT touched.
    public var affected: Int {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// The command as the server named it when it was done, such as `COMMIT`.
    var tag: String {
        PQcmdStatus(result).map { String(cString: $0) } ?? ""
    }

    /// The value that the closure makes of each row.
    public func map<Value, Failure: Error>(
        _ body: (borrowing Row) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<PQntuples(result) {
            let row = Row(result: result, index: index)
            values.append(try body(row))
        }
        return values
    }

    /// The value that the closure makes of the first row, nil when there is none.
    public func first<Value, Failure: Error>(
        _ body: (borrowing Row) throws(Failure) -> Value
    ) throws(Failure) -> Value? {
        guard count > 0 else { return nil }
        let row = Row(result: result, index: 0)
        return try body(row)
    }
}
