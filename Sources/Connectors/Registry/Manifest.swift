internal import JSON

/// What a tag stands for, as far as it matters here.
enum Manifest {
    /// One image: where its configuration is.
    case image(config: ContentDigest, annotations: [String: String])
    /// Images for several platforms.
    case index([Entry], annotations: [String: String])
    /// Something else: a signature, an attestation, a chart, a format of before 2017.
    case other(annotations: [String: String])

    /// One platform's image.
    struct Entry {
        let digest: ContentDigest
        let platform: Platform?
        let annotations: [String: String]
    }

    private static let indexTypes = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    private static let imageTypes = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    private static let configTypes = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]

    /// What is asked for: a registry that is not told of a form converts to another, with another digest.
    static let accepted = indexTypes + imageTypes

    /// Reads a manifest; nil if it is not even JSON.
    init?(_ bytes: [UInt8], contentType: String?) {
        guard let document = try? JSONValue(parsing: bytes) else { return nil }
        let annotations = Self.texts(document["annotations"])
        let type = document["mediaType"]?.string ?? contentType.map { String($0.prefix { $0 != ";" }) }
        if let type, Self.indexTypes.contains(type), let entries = document["manifests"]?.array {
            self = .index(entries.compactMap(Entry.init), annotations: annotations)
        } else if let type, Self.imageTypes.contains(type), let config = document["config"],
            Self.configTypes.contains(config["mediaType"]?.string ?? ""),
            let digest = config["digest"]?.string.flatMap(ContentDigest.init)
        {
            self = .image(config: digest, annotations: annotations)
        } else {
            self = .other(annotations: annotations)
        }
    }

    /// The members of an object that are strings.
    static func texts(_ value: JSONValue?) -> [String: String] {
        (value?.members ?? []).reduce(into: [:]) { $0[$1.name] = $1.value.string }
    }
}

extension Manifest.Entry {
    fileprivate init?(_ value: JSONValue) {
        guard let digest = value["digest"]?.string.flatMap(ContentDigest.init) else { return nil }
        self.digest = digest
        platform = value["platform"].flatMap { platform in
            guard let system = platform["os"]?.string, let architecture = platform["architecture"]?.string else {
                return nil
            }
            return Platform(system: system, architecture: architecture, variant: platform["variant"]?.string)
        }
        annotations = Manifest.texts(value["annotations"])
    }
}
