public import Time
public import TimeZones

/// What manifests may speak of: the calendars and time zones that there are.
public struct ManifestWorld: Sendable {
    let calendars: Set<String>
    let hasAllCalendars: Bool
    private let zones: ZoneDirectory
    let now: Instant

    /// A world with these calendars. Where it may have others, one that it does not know is not refused, but told.
    public init(calendars: Set<String>, hasAllCalendars: Bool = true, zones: ZoneDirectory, now: Instant) {
        self.calendars = calendars
        self.hasAllCalendars = hasAllCalendars
        self.zones = zones
        self.now = now
    }

    func zone(_ id: String) throws(ZoneError) -> ZoneDirectory.Trust {
        try zones.zone(id, now: now)
    }
}
