extension PostgresError {
    /// A result that the schema should not allow: what was expected, and not found.
    public static func unexpected(_ message: String) -> PostgresError {
        PostgresError(.decoding, message)
    }
}
