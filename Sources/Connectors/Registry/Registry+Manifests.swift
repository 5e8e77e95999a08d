internal import HTTPClient

extension Registry {
    /// The digest that a tag stands for now; nil if there is no such tag (any more).
    public func digest(of tag: String, in repository: String) async throws(RegistryError) -> ContentDigest? {
        try await digest(of: tag, in: Repository(repository, allowed))
    }

    func digest(of tag: String, in repository: Repository) async throws(RegistryError) -> ContentDigest? {
        guard TagName.isValid(tag) else { return nil }
        let question = Question(
            "HEAD", "/v2/\(repository.name.path)/manifests/\(tag)", accept: Manifest.accepted,
            limit: limits.documentBytes)
        do throws(RegistryError) {
            let answer = try await ask(question, of: repository)
            guard let digest = try named(by: answer, in: repository) else { throw repository.error(.noDigest) }
            return digest
        } catch {
            if error.reason == .notFound { return nil }
            throw error.about(tag)
        }
    }

    /// What the image of a tag is; nil if there is no such tag (any more).
    ///
    /// Costs one request for an index that has the platform or has it not, one more for an image's configuration, and two
    /// more for that of an index's image, which is read only for its date and revision.
    func build(
        of tag: String, in repository: Repository, for platform: Platform, withSayings: Bool
    ) async throws(RegistryError) -> Build? {
        guard TagName.isValid(tag) else { return nil }
        do {
            let (digest, manifest) = try await manifest(tag, in: repository)
            return try await build(digest, manifest, in: repository, for: platform, withSayings: withSayings)
        } catch {
            if error.reason == .notFound { return nil }
            throw error.about(tag)
        }
    }

    private func build(
        _ digest: ContentDigest, _ manifest: Manifest, in repository: Repository, for platform: Platform,
        withSayings: Bool
    ) async throws(RegistryError) -> Build {
        var sayings = Sayings()
        var image = manifest
        if case .index(let entries, let annotations) = manifest {
            guard let entry = entries.first(where: { $0.platform == platform }) else {
                return Build(digest: digest, isForPlatform: false)
            }
            guard withSayings else { return Build(digest: digest, isForPlatform: true) }
            sayings.add(annotations)
            sayings.add(entry.annotations)
            image = try await self.manifest(entry.digest.description, in: repository).manifest
        }
        guard case .image(let config, let annotations) = image else {
            return Build(digest: digest, isForPlatform: false)
        }
        let configuration = ImageConfiguration(try await blob(config, in: repository))
        sayings.add(configuration.labels)
        sayings.add(annotations)
        sayings.add(date: configuration.created)
        return Build(
            digest: digest, isForPlatform: configuration.platform == platform, created: sayings.created,
            revision: sayings.revision)
    }

    /// A manifest by tag or digest, whose bytes are those of the digest that the registry, or the caller, names.
    private func manifest(
        _ reference: String, in repository: Repository
    ) async throws(RegistryError) -> (digest: ContentDigest, manifest: Manifest) {
        let question = Question(
            "GET", "/v2/\(repository.name.path)/manifests/\(reference)", accept: Manifest.accepted,
            limit: limits.documentBytes)
        let answer = try await ask(question, of: repository)
        let given = try named(by: answer, in: repository)
        let digest = try Self.verified(answer.body, as: ContentDigest(reference) ?? given, in: repository)
        guard let manifest = Manifest(answer.body, contentType: answer.values("content-type").first) else {
            throw repository.error(.badAnswer("its manifest is no JSON."), reference)
        }
        return (digest, manifest)
    }

    /// A blob by its digest. Registries keep them elsewhere: redirects are followed, without credentials.
    private func blob(_ digest: ContentDigest, in repository: Repository) async throws(RegistryError) -> [UInt8] {
        let question = Question("GET", "/v2/\(repository.name.path)/blobs/\(digest)", limit: limits.documentBytes)
        var answer = try await answer(to: question, of: repository)
        for _ in 0..<3 where [301, 302, 303, 307, 308].contains(answer.status) {
            guard let address = answer.values("location").first.flatMap({ Self.place($0, from: repository) }),
                address.isSecure || allowed.isPlain(repository.name.host),
                !address.host.isLoopback || repository.name.host.isLoopback,
                address.host.isLoopback || !allowed.isLoopbackOnly
            else { throw repository.error(.redirected) }
            answer = try await send(
                HTTPClientRequest(
                    url: address.text, timeoutMilliseconds: limits.timeoutMilliseconds,
                    maximumBodyBytes: limits.documentBytes), for: repository)
        }
        try Self.check(answer, of: repository, hasCredentials: credentials.login(for: repository.name.host) != nil)
        _ = try Self.verified(answer.body, as: digest, in: repository)
        return answer.body
    }

    private static func place(_ location: String, from repository: Repository) -> WebAddress? {
        WebAddress(location.hasPrefix("/") && !location.hasPrefix("//") ? repository.base + location : location)
    }

    private func named(
        by answer: HTTPClientResponse, in repository: Repository
    ) throws(RegistryError) -> ContentDigest? {
        guard let text = answer.values("docker-content-digest").first else { return nil }
        guard let digest = ContentDigest(text) else { throw repository.error(.badDigest) }
        return digest
    }

    /// The digest of these bytes, which is the one that was named.
    private static func verified(
        _ bytes: [UInt8], as named: ContentDigest?, in repository: Repository
    ) throws(RegistryError) -> ContentDigest {
        let found = ContentDigest(of: bytes)
        guard let named else { return found }
        guard named.isSHA256 else {
            throw repository.error(.badAnswer("its digest is not SHA-256, the only one that is computed here."))
        }
        guard named == found else { throw repository.error(.lies(expected: named, found: found)) }
        return found
    }
}
