public import Promotions
public import Time

/// Something that is to be done outside, with all that whoever does it must know.
public struct WorkOrder: Hashable, Sendable {
    /// The project.
    public let project: String
    /// The promotion that it is done for.
    public let promotion: Promotion
    /// What is done.
    public let work: Work
    /// Its place among what the promotion does; what was withdrawn is done anew under another one.
    public let number: Int64
    /// A higher number than that of everybody who had this, or anything else, to do before.
    public let fence: Int64
    /// By when it is sent, or never by whoever holds this: an executor that can hand that on shuts late senders out even
    /// where it knows no fences.
    public let notAfter: Instant

    /// What it is found by: the same for whoever does it.
    public var key: String { "\(promotion.id)/\(number)" }
}

/// How something stands that was sent.
public enum WorkProgress: Hashable, Sendable {
    /// It is being done.
    case running
    /// It has ended, and how; in its own words if it has any.
    case ended(WorkResult, detail: String? = nil)
}

/// Why something could not be asked for.
public enum WorkError: Error, Hashable, Sendable {
    /// Nobody knows whether it was heard: it is looked for before it is asked for again.
    case unclear(String)
    /// It was heard and refused: asked again it would be refused again.
    case refused(String)
    /// Somebody with a higher fence has it now.
    case fencedOff
}
