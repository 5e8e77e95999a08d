import Promotions

/// What has been found so far: reading goes on after an error, so that all of them are told at once.
struct Findings {
    private(set) var warnings: [ManifestFinding] = []
    private var errors: [ManifestFinding] = []
    private var omitted = 0
    /// How many windows were met.
    var windows = 0
    /// Whether a stored revision is read: what could be read once stays readable with other libraries.
    var isStored = false
    /// Who moves releases on, as soon as that is known.
    var orchestrator: Orchestrator?
    /// What manifests may speak of, where that is to be checked.
    let world: ManifestWorld?

    init(in world: ManifestWorld? = nil) {
        self.world = world
    }

    /// What was refused, if anything was.
    var refusal: ManifestErrors? {
        errors.isEmpty ? nil : ManifestErrors(errors: errors, omitted: omitted)
    }

    /// Adds an error; the words are only made for those that are told.
    mutating func refuse(
        _ place: Place, _ message: @autoclosure () -> String, hint: @autoclosure () -> String? = nil
    ) {
        if errors.count < ManifestErrors.limit {
            errors.append(ManifestFinding(place, message(), hint: hint()))
        } else {
            omitted += 1
        }
    }

    /// Adds what Gatehouse cannot do: where Kargo does it, it is only told.
    mutating func cannot(_ place: Place, _ what: String, hint: String? = nil) {
        if orchestrator == .kargo {
            warn(place, "Gatehouse does not keep this: it \(what), and Kargo does it here")
        } else {
            refuse(place, "Gatehouse \(what)", hint: hint)
        }
    }

    /// Adds what is allowed, but should be known.
    mutating func warn(
        _ place: Place, _ message: @autoclosure () -> String, hint: @autoclosure () -> String? = nil
    ) {
        guard warnings.count < ManifestErrors.limit else { return }
        warnings.append(ManifestFinding(place, message(), hint: hint()))
    }
}

extension ManifestFinding {
    fileprivate init(_ place: Place, _ message: String, hint: String?) {
        self.init(
            file: place.file, line: place.line, column: place.column, path: place.path, message: message, hint: hint)
    }
}
