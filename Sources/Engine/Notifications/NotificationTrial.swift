import Connectors
import JSON
public import Time

extension NotificationReceivers {
    /// Their names, and how many kinds of events each is told of.
    public var summaries: [(name: String, codes: Int)] { all.map { ($0.name, $0.codes.count) } }

    /// Sends each a message that says it is a trial, one after the other; tells of each why it did not arrive, or nothing.
    public func tryEach(at now: Instant, _ tell: (_ receiver: String, _ failure: String?) -> Void) {
        for receiver in all {
            let id = "\(receiver.name)/trial-\(now.microseconds)"
            let body = JSONWriter.object { json in
                json.member("text", "Gatehouse tries whether '\(receiver.name)' can be told; nothing has happened")
                json.member("id", id)
                json.member("code", "notification.trial")
                json.member("at", now.text)
            }
            do {
                try receiver.webhook.sendBlocking(body, delivery: id, at: now)
                tell(receiver.name, nil)
            } catch {
                tell(receiver.name, error.description)
            }
        }
    }
}
