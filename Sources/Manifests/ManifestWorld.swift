public import Promotions
public import Time
public import TimeZones

/// What manifests may speak of: the calendars and time zones that there are.
public struct ManifestWorld: Sendable {
    let calendars: Set<String>
    let hasAllCalendars: Bool
    private let zones: ZoneDirectory
    let now: Instant
    let outside: Outside?

    /// What is known of the places that Warehouses look at, by whoever looks at them.
    public struct Outside: Sendable {
        let refusal: @Sendable (TagFilter) -> String?
        let objection: @Sendable (Subscription.Source) -> String?

        /// Why a filter of tags cannot be kept as it is written, and why a repository will not be asked about.
        public init(
            refusal: @escaping @Sendable (TagFilter) -> String?,
            objection: @escaping @Sendable (Subscription.Source) -> String? = { _ in nil }
        ) {
            self.refusal = refusal
            self.objection = objection
        }
    }

    /// A world with these calendars. Where it may have others, one that it does not know is not refused, but told.
    public init(
        calendars: Set<String>, hasAllCalendars: Bool = true, zones: ZoneDirectory, now: Instant,
        outside: Outside? = nil
    ) {
        self.calendars = calendars
        self.hasAllCalendars = hasAllCalendars
        self.zones = zones
        self.now = now
        self.outside = outside
    }

    func zone(_ id: String) throws(ZoneError) -> ZoneDirectory.Trust {
        try zones.zone(id, now: now)
    }
}
