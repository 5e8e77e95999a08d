/// What an image runs on. It is compared exactly: `linux/arm64` is not `linux/arm64/v8`.
public struct Platform: Hashable, Sendable, CustomStringConvertible {
    /// The operating system, such as `linux`.
    public let system: String
    /// The processor, such as `amd64`.
    public let architecture: String
    /// Which one of its kind; nothing where there is one kind only.
    public let variant: String?

    /// A platform; an empty variant is none.
    public init(system: String, architecture: String, variant: String? = nil) {
        self.system = system
        self.architecture = architecture
        self.variant = variant?.isEmpty == true ? nil : variant
    }

    /// Reads `os/arch[/variant]`; nil if it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard 2...3 ~= parts.count, !parts.contains("") else { return nil }
        self.init(system: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }

    /// What is meant where nothing is said.
    public static let usual = Platform(system: "linux", architecture: "amd64")

    /// How it is written.
    public var description: String { ([system, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/") }
}
