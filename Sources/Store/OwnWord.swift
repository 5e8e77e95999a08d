public import Postgres

/// Why the schema does not take somebody's word for another person's: by the names of its constraints.
public enum OwnWord: String, Sendable {
    /// They asked for it themselves.
    case own = "own_word"
    /// They made the token with which it was asked for, or one to which that goes back.
    case ofTheMaker = "word_of_the_maker"
    /// Their token goes back to whoever asked for it.
    case ofTheMade = "word_of_the_made"
    /// They agreed to it themselves.
    case ownAgain = "own_word_again"
    /// They made the token with which somebody agreed to it, or one to which that goes back.
    case ofTheMakerAgain = "word_of_the_maker_again"
    /// Their token goes back to somebody who agreed to it.
    case ofTheMadeAgain = "word_of_the_made_again"

    /// What an error says of it; nothing if it says something else.
    public init?(_ error: PostgresError) {
        guard error.sqlState == "23514", let word = error.constraint.flatMap(Self.init(rawValue:)) else { return nil }
        self = word
    }
}
