public import Connectors
import JSON
import Ledger

/// Who is told of what happens: written by the operator in a file.
public struct NotificationReceivers: Sendable {
    /// Why a file of receivers is not taken. It never shows what is secret in it.
    public struct FileError: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to do.
        public let description: String
    }

    /// Somebody who is told.
    struct Receiver: Sendable {
        let name: String
        let webhook: Webhook
        /// Nothing means all.
        let projects: Set<String>?
        let codes: [EventCode]

        func wants(_ notice: Notice) -> Bool { codes.contains(notice.code) && notice.concerns(projects) }
    }

    private static let limit = 50
    private static let secretLimit = 3
    private static let shortestSecret = 16
    private static let longestSecret = 1_000

    let all: [Receiver]

    /// Nobody.
    public init() {
        all = []
    }

    /// Reads a file: `{"receivers": [{"name", "url", "secretFile", "projects", "codes"}]}`.
    ///
    /// `webhook` makes what sends to a URL with these secrets, and `read` has the bytes of a file with secrets.
    public init(
        json bytes: [UInt8], webhook: (String, [[UInt8]]) throws(Webhook.Refusal) -> Webhook,
        read: (String) throws -> [UInt8]
    ) throws(FileError) {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes) } catch {
            throw FileError(description: "The file of receivers is no JSON: \(error.description)")
        }
        var all: [Receiver] = []
        do throws(JSONFieldError) {
            let list = try JSONFields(document, named: ["receivers"]).value("receivers")?.array
            guard let list, list.count <= Self.limit else {
                throw JSONFieldError(
                    field: "receivers", message: "'receivers' must be an array of at most \(Self.limit) objects")
            }
            for (index, element) in list.enumerated() {
                let receiver = try Self.receiver(element, number: index + 1, webhook, read)
                guard !all.contains(where: { $0.name == receiver.name }) else {
                    throw JSONFieldError(field: "name", message: "receiver \(index + 1) has the name of another")
                }
                all.append(receiver)
            }
        } catch {
            throw FileError(
                description: "The file of receivers: \(error.message)" + (error.hint.map { "; \($0)" } ?? ""))
        }
        self.all = all
    }

    private static func receiver(
        _ value: JSONValue, number: Int, _ makeWebhook: (String, [[UInt8]]) throws(Webhook.Refusal) -> Webhook,
        _ read: (String) throws -> [UInt8]
    ) throws(JSONFieldError) -> Receiver {
        func refuse(_ message: String) -> JSONFieldError {
            JSONFieldError(field: "", message: "receiver \(number): \(message)")
        }
        guard value.members != nil else { throw refuse("must be an object") }
        let fields: JSONFields
        let (name, url): (String, String)
        let (projects, patterns): ([String]?, [String]?)
        do throws(JSONFieldError) {
            fields = try JSONFields(value, named: ["name", "url", "secret", "secretFile", "projects", "codes"])
            (name, url) = (try fields.requiredString("name"), try fields.requiredString("url", maximum: 2_000))
            (projects, patterns) = (try fields.strings("projects"), try fields.strings("codes"))
        } catch {
            throw refuse(error.message)
        }
        guard name.wholeMatch(of: /[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?/) != nil else {
            throw refuse("'name' has 1 to 63 small letters, digits and '-' between them")
        }
        let secrets = try secrets(fields, refuse, read)
        let webhook: Webhook
        do throws(Webhook.Refusal) {
            webhook = try makeWebhook(url, secrets)
        } catch {
            throw refuse(error.description)
        }
        return Receiver(
            name: name, webhook: webhook, projects: projects.map { Set($0) }, codes: try codes(patterns, refuse))
    }

    /// One a line in a file, or one here. Each signs, so that a receiver can be given another one at leisure.
    private static func secrets(
        _ fields: JSONFields, _ refuse: (String) -> JSONFieldError, _ read: (String) throws -> [UInt8]
    ) throws(JSONFieldError) -> [[UInt8]] {
        let (inline, file): (String?, String?)
        do throws(JSONFieldError) {
            (inline, file) = (
                try fields.string("secret", maximum: longestSecret), try fields.string("secretFile", maximum: 4_000)
            )
        } catch {
            throw refuse(error.message)
        }
        guard (inline == nil) != (file == nil) else { throw refuse("has 'secretFile' or 'secret', and not both") }
        var secrets = [Array((inline ?? "").utf8)]
        if let file {
            do {
                secrets = try read(file).split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(Array.init)
            } catch {
                throw refuse("its 'secretFile' cannot be read: \(error)")
            }
        }
        guard 1...secretLimit ~= secrets.count,
            secrets.allSatisfy({ shortestSecret...longestSecret ~= $0.count })
        else {
            throw refuse(
                "has 1 to \(secretLimit) secrets, each a line of at least \(shortestSecret) characters; "
                    + "'openssl rand -hex 32' makes a good one")
        }
        return secrets
    }

    /// All of them, or those that the patterns mean.
    private static func codes(
        _ patterns: [String]?, _ refuse: (String) -> JSONFieldError
    ) throws(JSONFieldError) -> [EventCode] {
        guard let patterns else { return Notice.codes }
        var codes: Set<EventCode> = []
        for pattern in patterns {
            let meant = Notice.codes.filter { code in
                pattern.hasSuffix(".*") ? code.rawValue.hasPrefix(pattern.dropLast()) : code.rawValue == pattern
            }
            guard !meant.isEmpty else {
                let known = Notice.codes.map(\.rawValue).sorted().joined(separator: ", ")
                throw refuse(
                    "nobody is told of '\(pattern.prefix(64))'; these are: \(known), and override.* and the like")
            }
            codes.formUnion(meant)
        }
        return Notice.codes.filter(codes.contains)
    }
}
