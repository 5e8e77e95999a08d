internal import Crypto
internal import JSON

/// User names and passwords by host. Nothing here prints a password.
public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// One host's user name and password.
    struct Login: Sendable {
        let user: String
        let password: String

        /// The value of the header `Authorization`.
        var basic: String { "Basic " + Base64.encode(Array("\(user):\(password)".utf8)) }
    }

    /// Why a file of credentials is not taken. It never shows what the file holds.
    public struct FileError: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to do.
        public let description: String
    }

    private var logins: [HostName: Login] = [:]

    /// No credentials at all.
    public init() {}

    /// One host's user name and password.
    public init(host: HostName, user: String, password: String) {
        logins[host] = Login(user: user, password: password)
    }

    /// Reads a Docker `config.json`: its `auths`, each with `auth`, or with `username` and `password`.
    ///
    /// Credential helpers are programs, and this one starts none; identity tokens are not understood. Both are refused by
    /// name, so that nobody wonders why a registry says 401.
    public init(dockerConfig bytes: [UInt8]) throws(FileError) {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes) } catch {
            throw FileError(description: "The file of registry credentials is no JSON (line \(error.line)).")
        }
        for member in document["credHelpers"]?.members ?? [] where document["auths"]?[member.name]?["auth"] == nil {
            throw Self.helper(member.name)
        }
        for member in document["auths"]?.members ?? [] {
            guard let host = Self.host(ofKey: member.name) else {
                throw FileError(description: "'\(member.name)' under 'auths' names no host.")
            }
            logins[host] = try Self.login(member, hasStore: document["credsStore"] != nil)
        }
    }

    private static func login(_ member: JSONValue.Member, hasStore: Bool) throws(FileError) -> Login {
        if member.value["identitytoken"]?.string?.isEmpty == false {
            throw FileError(
                description:
                    "'\(member.name)' has an identity token, which is not supported; log in with a password or an access token."
            )
        }
        if let user = member.value["username"]?.string, let password = member.value["password"]?.string {
            return try checked(Login(user: user, password: password), member.name)
        }
        guard let auth = member.value["auth"]?.string, !auth.isEmpty else {
            throw hasStore
                ? helper(member.name)
                : FileError(description: "'\(member.name)' has no 'auth'; write the base64 of user:password.")
        }
        let parts = Base64.decode(auth).flatMap { String(validating: $0, as: UTF8.self) }?
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let parts, parts.count == 2 else {
            throw FileError(description: "The 'auth' of '\(member.name)' is no base64 of user:password.")
        }
        return try checked(Login(user: String(parts[0]), password: String(parts[1])), member.name)
    }

    /// A NUL at its end is what old Docker clients wrote.
    private static func checked(_ login: Login, _ name: String) throws(FileError) -> Login {
        let password = String(login.password.reversed().drop { $0 == "\0" }.reversed())
        guard !login.user.isEmpty, !login.user.contains(":"), !password.utf8.contains(0) else {
            throw FileError(description: "The user name or password of '\(name)' cannot be sent.")
        }
        return Login(user: login.user, password: password)
    }

    private static func helper(_ name: String) -> FileError {
        FileError(
            description:
                "The credentials of '\(name)' are kept by a helper program, which this server does not start; write them under 'auths'."
        )
    }

    /// Reads what git's `credential-store` keeps: lines of `https://user:password@host`, percent-encoded.
    ///
    /// A path is refused: credentials here are a host's. So is another scheme than https, but for this machine.
    public init(gitCredentials bytes: [UInt8]) throws(FileError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(description: "The file of git credentials is no text in UTF-8.")
        }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.last == "\r" ? line.dropLast() : line
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let (host, login) = try Self.gitCredential(line, number: index + 1) else {
                throw FileError(
                    description: "Line \(index + 1) of the file of git credentials is not https://user:password@host.")
            }
            logins[host] = login
        }
    }

    private static func gitCredential(
        _ line: Substring, number: Int
    ) throws(FileError) -> (HostName, Login)? {
        let isSecure = line.hasPrefix("https://")
        guard isSecure || line.hasPrefix("http://"), let at = line.lastIndex(of: "@") else { return nil }
        let parts = line[..<at].dropFirst(isSecure ? 8 : 7).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let place = line[line.index(after: at)...]
        let name = place.hasSuffix("/") ? place.dropLast() : place
        guard parts.count == 2, let host = HostName(String(name)), isSecure || host.isLoopback,
            let user = decoded(parts[0]), let password = decoded(parts[1])
        else { return nil }
        return (host, try checked(Login(user: user, password: password), "line \(number)"))
    }

    /// A text without percent-encoding; nothing where that is not valid.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), !digits.hasPrefix("+") else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Docker writes hosts with and without a scheme and a path, and its own Hub by an old address.
    private static func host(ofKey key: String) -> HostName? {
        let bare = key.firstRange(of: "://").map { key[$0.upperBound...] } ?? key[...]
        let name = String(bare.prefix { $0 != "/" })
        return HostName(["index.docker.io", "registry-1.docker.io"].contains(name) ? "docker.io" : name)
    }

    /// The hosts that there are credentials for.
    public var hosts: Set<HostName> { Set(logins.keys) }

    func login(for host: HostName) -> Login? { logins[host] }

    /// The hosts, without what is secret.
    public var description: String { "credentials for \(logins.keys.map(\.description).sorted())" }

    /// Nothing: a reflection would show passwords.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
