import Time

extension Window {
    /// A window as a manifest writes it.
    public struct Fields: Hashable, Sendable {
        /// `allow` or `deny`.
        public var kind: String?
        /// The name of a zone.
        public var timeZone: String?
        /// The days, of a window that recurs.
        public var rrule: String?
        /// The time of the day at which an occurrence starts.
        public var start: String?
        /// The time of the day at which it ends.
        public var end: String?
        /// How long it lasts, in place of `end`.
        public var duration: String?
        /// The first day of a window that recurs; the beginning of one that does not.
        public var from: String?
        /// The end of a window that does not recur.
        public var until: String?
        /// Which fields are written, but so that nobody could read their text: they are not missed.
        public var unread: Set<String> = []

        /// The fields' names.
        public static let names = ["kind", "timeZone", "rrule", "start", "end", "duration", "from", "until"]

        /// What a manifest writes.
        public init(
            kind: String? = nil, timeZone: String? = nil, rrule: String? = nil, start: String? = nil,
            end: String? = nil, duration: String? = nil, from: String? = nil, until: String? = nil
        ) {
            self.kind = kind
            self.timeZone = timeZone
            self.rrule = rrule
            self.start = start
            self.end = end
            self.duration = duration
            self.from = from
            self.until = until
        }
    }
}
