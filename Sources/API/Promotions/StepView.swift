import JSON
import Promotions
import Store
import Time

extension StepStore.Step {
    /// The step as programs and people read it.
    func write(into json: inout JSONWriter) {
        json.member("name", work.name)
        json.member("state", state)
        json.member("attempt", number)
        json.member("intendedAt", intendedAt.text)
        json.member("sentAt", sentAt?.text)
        json.member("endedAt", endedAt?.text)
        json.member("detail", detail)
    }

    private var state: String {
        switch outcome {
        case nil: sentAt == nil ? "Intended" : "Running"
        case .done: "Succeeded"
        case .failed: "Failed"
        case .errored: "Errored"
        case .stopped: "Stopped"
        case .withdrawn: "Withdrawn"
        }
    }
}
