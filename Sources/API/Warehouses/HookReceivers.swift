import Crypto
import HTTPServer
import JSON

/// Who may hint at something new without a token, and at what: written by the operator in a file.
public struct HookReceivers: Sendable, CustomReflectable {
    /// Why a file of receivers is not taken. It never shows what is secret in it.
    public struct FileError: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to do.
        public let description: String
    }

    /// What a sender is, and how it shows that it is.
    enum Kind: String, CaseIterable, Sendable {
        /// Signs with `X-Gitea-Signature`.
        case gitea
        /// Signs with `X-Hub-Signature-256`.
        case github
        /// Signs with `X-Gatehouse-Signature`.
        case generic
        /// Cannot sign: nobody else knows the path.
        case registry
    }

    /// A sender, and the Warehouses that it hints at.
    struct Receiver: Sendable {
        let kind: Kind
        let secret: [UInt8]
        let project: String
        /// Nothing means all of the project.
        let warehouses: [String]?
    }

    private static let limit = 1_000
    private static let shortestPath = 32
    private static let shortestSecret = 16

    // By the hash of their path: how long it takes to find one tells nothing of those that there are.
    private let receivers: [[UInt8]: Receiver]

    /// Nobody.
    public init() {
        receivers = [:]
    }

    /// Reads a file: `{"receivers": [{"path", "kind", "secret", "project", "warehouses"}]}`.
    public init(json bytes: [UInt8]) throws(FileError) {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes) } catch {
            throw FileError(description: "The file of hooks is no JSON: \(error.description)")
        }
        var receivers: [[UInt8]: Receiver] = [:]
        do throws(JSONFieldError) {
            let list = try JSONFields(document, named: ["receivers"]).value("receivers")?.array
            guard let list, list.count <= Self.limit else {
                throw JSONFieldError(
                    field: "receivers", message: "'receivers' must be an array of at most \(Self.limit) objects")
            }
            for (index, element) in list.enumerated() {
                let (path, receiver) = try Self.receiver(element, number: index + 1)
                guard receivers.updateValue(receiver, forKey: SHA256.hash(path)) == nil else {
                    throw JSONFieldError(field: "path", message: "receiver \(index + 1) has the path of another")
                }
            }
        } catch {
            throw FileError(description: "The file of hooks: \(error.message)" + (error.hint.map { "; \($0)" } ?? ""))
        }
        self.receivers = receivers
    }

    private static func receiver(
        _ value: JSONValue, number: Int
    ) throws(JSONFieldError) -> (path: String, receiver: Receiver) {
        func refuse(_ message: String) -> JSONFieldError {
            JSONFieldError(field: "", message: "receiver \(number): \(message)")
        }
        let names = ["path", "kind", "secret", "project", "warehouses"]
        guard value.members != nil else { throw refuse("must be an object") }
        let fields = try JSONFields(value, named: names)
        let path = try fields.requiredString("path")
        let isPlain = path.utf8.allSatisfy { byte in
            0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard isPlain else { throw refuse("'path' has letters, digits, '-' and '_' only") }
        guard let kind = Kind(rawValue: try fields.requiredString("kind")) else {
            throw refuse("'kind' is one of: " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let secret = try fields.string("secret", maximum: 1_000)
        if kind == .registry {
            guard secret == nil else { throw refuse("a registry signs nothing: it has no 'secret'") }
            guard path.utf8.count >= shortestPath else {
                throw refuse("who cannot sign needs a 'path' of \(shortestPath) characters that nobody can guess")
            }
        } else if (secret?.utf8.count ?? 0) < shortestSecret {
            throw refuse("'secret' has at least \(shortestSecret) characters; 'openssl rand -hex 32' makes a good one")
        }
        let receiver = Receiver(
            kind: kind, secret: Array((secret ?? "").utf8), project: try fields.requiredString("project", maximum: 63),
            warehouses: try fields.strings("warehouses"))
        return (path, receiver)
    }

    /// The receiver that a request is for, if there is one and the request is its sender's.
    func receiver(of request: Request) -> Receiver? {
        let found = receivers[SHA256.hash(request.pathParameter("receiver"))]
        // Who knocks at a path that there is not waits as long as who cannot sign.
        let receiver = found ?? Receiver(kind: .generic, secret: [], project: "", warehouses: [])
        guard receiver.kind.accepts(request, receiver.secret), found != nil else { return nil }
        return receiver
    }

    /// Nothing: a reflection would show secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HookReceivers.Kind {
    /// Whether a request is signed as these senders sign, with that secret. Of what it says nothing is believed.
    fileprivate func accepts(_ request: Request, _ secret: [UInt8]) -> Bool {
        let (header, prefix): (String, String)
        switch self {
        case .gitea: (header, prefix) = ("x-gitea-signature", "")
        case .github: (header, prefix) = ("x-hub-signature-256", "sha256=")
        case .generic: (header, prefix) = ("x-gatehouse-signature", "sha256=")
        case .registry: return true
        }
        let expected = prefix + Hex.encode(HMAC.sha256(request.body, key: secret))
        let given = request.headers.all(header)
        return constantTimeEqual(Array((given.count == 1 ? given[0] : "").lowercased().utf8), Array(expected.utf8))
    }
}
