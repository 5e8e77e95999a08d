/// How much is read of a registry.
public struct RegistryLimits: Sendable {
    /// How many pages of tags.
    public var pages = 200
    /// How many tags.
    public var tags = 50_000
    /// How many bytes a page of tags may have.
    public var pageBytes = 8 << 20
    /// How many bytes a manifest or a configuration may have.
    public var documentBytes = 4 << 20
    /// How long an answer may take.
    public var timeoutMilliseconds = 10_000
    /// How many requests are under way at once.
    public var width = 4
    /// Of how many images one poll reads the manifest; the next poll goes on.
    public var manifests = 500

    /// What is usual.
    public init() {}
}
