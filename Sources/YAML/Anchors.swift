/// The anchors of one document, and what they stand for.
struct Anchors {
    /// A list or mapping that has begun and not yet ended.
    struct Opened {
        fileprivate let name: String
        fileprivate let number: Int
    }

    private enum Target {
        case open(number: Int)
        case closed(Composer.Composed)
    }

    private var targets: [String: Target] = [:]
    private var openings = 0

    mutating func define(_ name: String, as composed: Composer.Composed) {
        targets[name] = .closed(composed)
    }

    mutating func open(_ name: String) -> Opened {
        openings += 1
        targets[name] = .open(number: openings)
        return Opened(name: name, number: openings)
    }

    /// An anchor inside this one may have taken its name, and comes later in the text: it keeps the name.
    mutating func close(_ opened: Opened, as composed: Composer.Composed) {
        guard case .open(opened.number) = targets[opened.name] else { return }
        targets[opened.name] = .closed(composed)
    }

    func target(of name: String, at position: Position) throws(YAMLError) -> Composer.Composed {
        switch targets[name] {
        case nil: throw YAMLError(.unknownAnchor(name), at: position)
        case .open: throw YAMLError(.recursiveAlias(name), at: position)
        case .closed(let composed): return composed
        }
    }
}
