/// What earlier polls found out about a subscription's tags, so that the next one need not ask again.
public struct ImageKnowledge: Hashable, Sendable {
    /// What was asked; to another question this is no answer.
    struct Question: Hashable {
        let repository: String
        let platform: Platform
        let hasSayings: Bool
    }

    let question: Question?
    /// What each tag stood for when it was looked at last.
    public internal(set) var images: [String: Build]
    /// The tag after which the next poll goes on with looking again.
    var lookedAgain: String?
    /// Tags that were seen to move, by polls that ended with an error before they could tell it.
    var moved: [MovedTag]

    /// Nothing yet.
    public init() {
        question = nil
        images = [:]
        moved = []
    }

    /// What is known for this question, which is nothing if another was asked before.
    init(_ knowledge: ImageKnowledge, for question: Question) {
        let isSame = knowledge.question == question
        self.question = question
        images = isSame ? knowledge.images : [:]
        lookedAgain = isSame ? knowledge.lookedAgain : nil
        moved = isSame ? knowledge.moved : []
    }
}
