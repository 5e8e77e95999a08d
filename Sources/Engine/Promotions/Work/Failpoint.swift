/// The instants at which a server that is killed leaves a promotion in a place of its own.
public enum Failpoint: String, CaseIterable, Sendable {
    /// It is about to be let in.
    case beforeStart = "start.before"
    /// It was let in, and has done nothing.
    case afterStart = "start.after"
    /// What is to be done is about to be written down.
    case beforeIntent = "intent.before"
    /// It was written down, and not sent.
    case afterIntent = "intent.after"
    /// It is about to be sent: there was still time for that when it was asked for the last time.
    case beforeSending = "send.before"
    /// It was sent, and nobody has written that down.
    case afterSending = "send.after"
    /// That it was sent is about to be written down.
    case beforeNote = "note.before"
    /// That it was sent was written down.
    case afterNote = "note.after"
    /// How it ended is known, and about to be written down.
    case beforeEnd = "end.before"
    /// How it ended was written down.
    case afterEnd = "end.after"
    /// That it was never sent is about to be written down.
    case beforeWithdrawal = "withdrawal.before"
    /// That it was never sent was written down.
    case afterWithdrawal = "withdrawal.after"
    /// It is about to be told to stop.
    case beforeStop = "stop.before"
    /// It was told to stop, and nobody has written down that it has.
    case afterStop = "stop.after"
}
