import JSON
import Store
import Time

extension OverrideStore.Row {
    /// A use of break-glass, as a report tells it.
    func writeReported(into json: inout JSONWriter) {
        json.member("id", id)
        json.member("project", project)
        json.member("stage", stage)
        json.member("freight", freight)
        json.member("requestedBy", requestedBy)
        json.member("ticket", ticket)
        json.member("justification", justification)
        json.member("bypasses", bypasses)
        json.member("approvers", agreed.map(\.by))
        json.member("consumedAt", use?.at.text)
        json.member("consumedBy", use?.promotion)
        json.member("reviewDueAt", use?.reviewDue.text)
        json.member("reviewedBy", review?.by)
        json.member("reviewedAt", review?.at.text)
        json.member("outcome", review?.outcome)
    }

    /// The use as a row of a table.
    var csv: [UInt8] {
        var values = [self].columns
        values[.promotion] = use?.promotion
        values[.project] = project
        values[.stage] = stage
        values[.freight] = freight
        values[.ticket] = ticket
        values[.startedAt] = use?.at.text
        return ReportTable.row(.override, values)
    }
}

extension [OverrideStore.Row] {
    /// What a row says of them. Of several each column has theirs in one order; what there is not of one is empty there.
    var columns: ReportTable.Values {
        func joined(_ value: (OverrideStore.Row) -> String?) -> String? {
            isEmpty ? nil : map { value($0) ?? "" }.joined(separator: "; ")
        }
        var values: ReportTable.Values = [:]
        values[.override] = joined(\.id)
        values[.overrideRequestedBy] = joined(\.requestedBy)
        values[.overrideJustification] = joined(\.justification)
        values[.overrideApprovers] = joined { $0.agreed.map(\.by).joined(separator: ", ") }
        values[.reviewOutcome] = joined { $0.review?.outcome }
        values[.reviewedBy] = joined { $0.review?.by }
        values[.reviewedAt] = joined { $0.review?.at.text }
        values[.reviewDueAt] = joined { $0.use?.reviewDue.text }
        return values
    }
}
