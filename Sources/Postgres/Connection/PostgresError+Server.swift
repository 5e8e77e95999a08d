import CPostgres

extension PostgresError {
    /// What libpq last said of the connection, on one line.
    static func words(of handle: OpaquePointer) -> String {
        guard let message = PQerrorMessage(handle) else { return "no reason given" }
        return String(cString: message).split(separator: "\n").joined(separator: "; ")
    }

    /// The error in a result that is not what was asked for; no result at all is libpq's own failure.
    init(result: OpaquePointer?, on handle: OpaquePointer, statement: String?) {
        func field(_ code: Character) -> String? {
            guard let result, let ascii = code.asciiValue else { return nil }
            return PQresultErrorField(result, Int32(ascii)).map { String(cString: $0) }
        }
        let sqlState = field("C")
        let details = ["D", "H", "W"].compactMap { field($0) }.joined(separator: "; ")
        // FATAL ends the session, even if its end has not been read yet.
        let isFatal = field("V") == "FATAL" || field("V") == "PANIC"
        let kind: Kind =
            if isFatal || PQstatus(handle) == CONNECTION_BAD {
                .connectionLost
            } else if let sqlState {
                .server(sqlState: sqlState)
            } else {
                .misuse
            }
        self.init(
            kind, field("M") ?? Self.words(of: handle), sqlState: sqlState, constraint: field("n"),
            detail: details.isEmpty ? nil : details, statement: statement,
            isStalePlan: sqlState == "0A000" && field("R") == "RevalidateCachedQuery")
    }
}
