import Connectors
import Promotions

/// What a look at a Warehouse found for one of its subscriptions.
struct Finding: Sendable {
    /// What was found.
    enum Outcome: Sendable {
        case images(ImageFindings)
        case commits([FoundCommit])
        case versions([String])
        /// Nothing was found out.
        case failure(PollError)
    }

    let subscription: Subscription
    let outcome: Outcome

    /// Why nothing was found out, if so.
    var failure: PollError? {
        if case .failure(let error) = outcome { error } else { nil }
    }

    /// The images that count, if it looks for images and found out which.
    var images: [FoundImage]? {
        if case .images(let findings) = outcome { findings.candidates } else { nil }
    }

    /// How many tags are yet to be read: the next look goes on with them.
    var unread: Int {
        if case .images(let findings) = outcome { findings.unread } else { 0 }
    }
}
