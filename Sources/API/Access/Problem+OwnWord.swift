import HTTPServer
import Postgres
import Store

extension Problem {
    /// What somebody is told whose word takes another person and is not taken; nothing if the error says something else.
    static func ownWord(_ error: any Error, _ code: ProblemCode = .ownApproval, hint: String? = nil) -> Problem? {
        guard let word = (error as? PostgresError).flatMap(OwnWord.init) else { return nil }
        return Problem(code, word.sentence, hint: hint ?? "ask another person, with a token that none of you made")
    }
}

extension OwnWord {
    fileprivate var sentence: String {
        switch self {
        case .own: "nobody agrees to what they asked for themselves"
        case .ofTheMaker:
            "you made the token with which this was asked for, or one to which it goes back; whoever makes a token can act with it"
        case .ofTheMade: "whoever asked for this made your token, or one to which it goes back"
        case .ownAgain: "nobody reviews what they agreed to themselves"
        case .ofTheMakerAgain:
            "you made the token with which somebody has agreed already, or one to which it goes back: the two count as one person"
        case .ofTheMadeAgain:
            "somebody who has agreed already made your token, or one to which it goes back: the two count as one person"
        }
    }
}
