import Time

/// How much manifests may ask for.
enum ManifestLimits {
    static let bytes = 1 << 20
    static let documents = 200
    static let gates = 32
    /// Of all Stages together: each is written out for forty years.
    static let windows = 100
    static let closedSessions = 16
    static let suites = 32
    static let subscriptions = 64
    static let tagExpressions = 32
    static let discovered: ClosedRange<Int64> = 1...100
    static let requests = 32
    static let upstreamStages = 32
    static let promotionPolicies = 200
    static let steps = 100
    /// Each may take a few milliseconds for each Stage.
    static let selectorExpressions = 16
    static let approvals: ClosedRange<Int64> = 1...10
    /// Where nobody else needs to agree, zero is written.
    static let otherApprovals: ClosedRange<Int64> = 0...10

    static let margin: ClosedRange<TimeSpan> = .seconds(0) ... .hours(24)
    static let work: ClosedRange<TimeSpan> = .seconds(1) ... .hours(24)
    static let review: ClosedRange<TimeSpan> = .seconds(1) ... .days(30)
    static let validity: ClosedRange<TimeSpan> = .seconds(1) ... .days(365)
}
