public import Promotions

/// Images of several subscriptions that belong together by what they say of themselves.
public struct ImageSet: Hashable, Sendable {
    /// What they have in common: the tag, or the revision.
    public let key: String
    /// The image of each subscription, in the subscriptions' order; nothing where it is missing.
    public let images: [FoundImage?]

    /// The places of the subscriptions that have no such image (yet).
    public var missing: [Int] { images.indices.filter { images[$0] == nil } }
    /// Whether Freight can be made of it.
    public var isComplete: Bool { missing.isEmpty }

    /// The sets among what subscriptions found, each newest first; the sets, too, stand newest first.
    ///
    /// A set is as new as its image that stands foremost. Of two images that say the same, the newer one counts. An image
    /// that does not name its revision belongs to no set.
    public static func sets(of findings: [[FoundImage]], by completeness: Warehouse.Completeness) -> [ImageSet] {
        var images: [String: [FoundImage?]] = [:]
        var order: [String] = []
        for place in 0..<(findings.map(\.count).max() ?? 0) {
            for (subscription, found) in findings.enumerated() where place < found.count {
                guard let key = completeness.key(of: found[place]) else { continue }
                if images[key] == nil { order.append(key) }
                var known = images[key] ?? Array(repeating: nil, count: findings.count)
                known[subscription] = known[subscription] ?? found[place]
                images[key] = known
            }
        }
        return order.map { ImageSet(key: $0, images: images[$0] ?? []) }
    }
}

extension Warehouse.Completeness {
    fileprivate func key(of image: FoundImage) -> String? {
        switch self {
        case .tag: image.tag
        case .revisionLabel: image.build.revision
        }
    }
}
