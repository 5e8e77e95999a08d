import CSV

/// A report as a table: rows of several kinds, told apart by their first column.
enum ReportTable {
    /// What a row is about.
    enum Kind: String {
        /// A change that was let in.
        case change
        /// A use of break-glass.
        case override
        /// A time in which no server could tell.
        case blind
        /// A time in which a Stage's gates stopped nothing.
        case observeOnly = "observe_only"
        /// What all of it comes to.
        case total
    }

    /// The columns, in their order. What does not concern a row is empty there.
    enum Column: String, CaseIterable {
        case row, promotion, project, stage, freight, kind
        case requestedBy = "requested_by"
        case requestedAt = "requested_at"
        case ticket, justification
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case phase, code, approvers, override
        case overrideRequestedBy = "override_requested_by"
        case overrideJustification = "override_justification"
        case overrideApprovers = "override_approvers"
        case reviewOutcome = "review_outcome"
        case reviewedBy = "reviewed_by"
        case reviewedAt = "reviewed_at"
        case reviewDueAt = "review_due_at"
        case calendar
        case calendarVersion = "calendar_version"
        case session
        case sessionDate = "session_date"
        case revision, enforcement, rollback, event, leaf, name, value
    }

    /// What a row says, by column.
    typealias Values = [Column: String]

    /// The names of the columns.
    static let head = Array(CSVText.row(Column.allCases.map(\.rawValue)).utf8)

    /// A row.
    static func row(_ kind: Kind, _ values: Values) -> [UInt8] {
        Array(CSVText.row(Column.allCases.map { $0 == .row ? kind.rawValue : values[$0] }).utf8)
    }
}
