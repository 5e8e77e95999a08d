/// What a Stage's own history says of going back in it.
public struct Rollback: Sendable {
    /// Why a Stage does not go back to a Freight.
    public enum Refusal: String, Error, CaseIterable, Sendable {
        /// Somebody rejected it.
        case rejected = "rollback.rejected"
        /// It has never been current in the Stage.
        case neverCurrent = "rollback.never_current"
        /// Nothing of its Warehouse is deployed.
        case nothingDeployed = "rollback.nothing_deployed"
        /// It was not discovered before what is deployed.
        case notOlder = "rollback.not_older"
    }

    /// Whether the Freight has ever been current in the Stage.
    public let wasCurrent: Bool
    /// What was sent there last, of each Warehouse.
    public let deployed: [FreightStamp]

    /// What is known of a Stage.
    public init(wasCurrent: Bool, deployed: [FreightStamp]) {
        self.wasCurrent = wasCurrent
        self.deployed = deployed
    }

    /// Refuses what is no rollback, whoever calls it one. What is one passes the gates that the policy names for rollbacks.
    public func check(_ freight: FreightStamp, isRejected: Bool) throws(Refusal) {
        if isRejected { throw .rejected }
        guard wasCurrent else { throw .neverCurrent }
        guard let deployed = deployed.first(where: { $0.warehouse == freight.warehouse }) else {
            throw .nothingDeployed
        }
        guard freight.discoveredAt < deployed.discoveredAt else { throw .notOlder }
    }
}
