import JSON
import Promotions
import Time

extension Work {
    /// The document that keeps it.
    var kept: String {
        String(decoding: JSONWriter.object { json in write(into: &json) }, as: UTF8.self)
    }

    fileprivate func write(into json: inout JSONWriter) {
        switch self {
        case .deploy(let deploy):
            json.member("kind", "deploy")
            json.member("application", deploy.application)
            json.member("helmParameter", deploy.helmParameter)
            json.member("timeoutMicroseconds", deploy.timeout.microseconds)
            json.member("overrun", deploy.overrun.rawValue)
        case .verify(let check):
            json.member("kind", "verify")
            json.member("suite", check.suite)
            json.member("mode", check.mode.rawValue)
            json.member("timeoutMicroseconds", check.timeout.microseconds)
        }
    }

    /// Reads what was kept; nothing where that makes no sense.
    init?(kept text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self.init(document)
    }

    fileprivate init?(_ document: JSONValue) {
        guard
            let timeout = document["timeoutMicroseconds"]?.integer.map({ TimeSpan(microseconds: $0) })
        else { return nil }
        switch document["kind"]?.string {
        case "deploy":
            guard let application = document["application"]?.string,
                let overrun = document["overrun"]?.string.flatMap(StagePolicy.Deploy.Overrun.init)
            else { return nil }
            self = .deploy(
                .init(
                    application: application, helmParameter: document["helmParameter"]?.string, timeout: timeout,
                    overrun: overrun))
        case "verify":
            guard let suite = document["suite"]?.string,
                let mode = document["mode"]?.string.flatMap(VerificationRule.Mode.init)
            else { return nil }
            self = .verify(.init(suite: suite, mode: mode, timeout: timeout))
        default: return nil
        }
    }
}

extension [Work] {
    /// The document that keeps them all.
    var kept: String {
        let bytes = JSONWriter.object { json in json.member("work", self) { $0.write(into: &$1) } }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what was kept; nothing where that makes no sense.
    init?(kept text: String) {
        guard let list = (try? JSONValue(parsing: Array<UInt8>(text.utf8)))?["work"]?.array else { return nil }
        let works = list.compactMap { Work($0) }
        guard works.count == list.count else { return nil }
        self = works
    }
}
