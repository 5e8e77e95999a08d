/// Somebody who acts; tokens belong to a subject.
public struct Subject: Hashable, Sendable {
    /// A person can approve; a robot never can.
    public enum Kind: String, CaseIterable, Sendable {
        /// A human being.
        case person
        /// A program.
        case robot
    }

    /// The number that the store gave it.
    public let id: Int64
    /// Its name, as first written.
    public let name: String
    /// Person or robot.
    public let kind: Kind

    /// A subject as the store knows it.
    public init(id: Int64, name: String, kind: Kind) {
        self.id = id
        self.name = name
        self.kind = kind
    }
}
