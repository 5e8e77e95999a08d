import JSON
import Promotions
import Store
import Time

extension Disabling {
    /// Who disabled the Stage and why, as `disabled`.
    func write(into json: inout JSONWriter) {
        json.name("disabled")
        json.beginObject()
        json.member("by", owner)
        json.member("at", start.text)
        json.member("reason", reason)
        json.member("until", end?.text)
        json.endObject()
    }
}

extension StageStore.Disabling {
    /// Who disabled the Stage and why, while that holds.
    func write(into json: inout JSONWriter, at now: Instant) {
        if forDecisions.isActive(at: now) { forDecisions.write(into: &json) }
    }
}
