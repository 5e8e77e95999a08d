import ICU
import Promotions

/// Reads documents of Kargo's one after another, and then what they say of one another.
struct KargoReader {
    private(set) var warehouses: [Warehouse] = []
    private(set) var stages: [Stage] = []
    private(set) var written: [WrittenStage] = []
    private var policies: [PromotionPolicy] = []
    private var hasUnread = false
    /// Where each document is named, by its kind and name: what is here is there, even where it cannot be read.
    private(set) var places: [String: Place] = [:]

    /// Reads a document.
    mutating func read(_ kind: KargoKind, _ document: Value, project: String, _ findings: inout Findings) {
        guard let header = KargoHeader(document, kind: kind, project: project, &findings) else {
            hasUnread = true
            return
        }
        if let first = places[kind.rawValue + " " + header.name] {
            findings.refuse(
                header.namePlace, "the \(kind.rawValue) \(quoted(header.name)) is already there, at \(first.text)",
                hint: "remove one of the two")
            return
        }
        places[kind.rawValue + " " + header.name] = header.namePlace
        switch kind {
        case .project, .projectConfig: readProject(kind, header, project, &findings)
        case .warehouse: readWarehouse(document, header, &findings)
        case .stage:
            guard let spec = Self.spec(of: document, header, &findings),
                let stage = spec.stage(named: header.name, at: header.namePlace, &findings)
            else { return }
            written.append(stage)
        }
    }

    /// Checks what Stages say of others, and makes them, when all has been read.
    ///
    /// Where something could not be read at all, what seems to be missing may stand there.
    mutating func finish(
        isWhole: Bool, policies stagePolicies: [StagePolicy], at policyPlaces: [String: Place],
        _ findings: inout Findings
    ) {
        checkCycles(&findings)
        if isWhole && !hasUnread {
            checkOrigins(&findings)
            checkPolicies(stagePolicies, at: policyPlaces, &findings)
            checkSelectors(&findings)
        }
        let promoted = autoPromoted(&findings)
        stages = written.map { stage in
            Stage(
                name: stage.name, requests: stage.requests.map(\.request),
                isAutoPromoted: promoted.contains(stage.name))
        }
    }

    private func checkSelectors(_ findings: inout Findings) {
        for policy in policies {
            guard case .exact(let name) = policy.selector, !isThere(.stage, name) else { continue }
            findings.warn(
                policy.place, "there is no Stage \(quoted(name)) here",
                hint: nearest(to: name, among: names(.stage)).map { "did you mean '\($0)'?" })
        }
    }

    /// The Stages that are promoted by themselves: the first policy that fits says so.
    private func autoPromoted(_ findings: inout Findings) -> Set<String> {
        let expressions = policies.filter { if case .regex = $0.selector { true } else { false } }
        if let more = expressions.dropFirst(ManifestLimits.selectorExpressions).first {
            findings.refuse(more.place, "more than \(ManifestLimits.selectorExpressions) policies with regex:")
            return []
        }
        var promoted: Set<String> = []
        for stage in written {
            for policy in policies {
                do throws(ICUError) {
                    guard try policy.selector.selects(stage.name) else { continue }
                    if policy.isEnabled { promoted.insert(stage.name) }
                    break
                } catch {
                    findings.refuse(policy.place, error.description)
                    return []
                }
            }
        }
        return promoted
    }

    private mutating func readWarehouse(_ document: Value, _ header: KargoHeader, _ findings: inout Findings) {
        guard let spec = Self.spec(of: document, header, &findings) else { return }
        let completeBy = header.annotations?.completeness(&findings)
        guard let warehouse = spec.warehouse(named: header.name, completeBy: completeBy, &findings) else { return }
        if let list = spec["subscriptions"], list.elements?.isEmpty == true {
            findings.refuse(list.place, "the Warehouse looks for nothing", hint: "add an image, git or chart")
        }
        if completeBy != nil, warehouse.images.count < 2, let annotations = header.annotations {
            findings.warn(
                annotations.place, "there is nothing to complete: the Warehouse looks for one image at most")
        }
        warehouses.append(warehouse)
    }

    private mutating func readProject(
        _ kind: KargoKind, _ header: KargoHeader, _ project: String, _ findings: inout Findings
    ) {
        guard header.name == project else {
            findings.refuse(
                header.namePlace, "a \(kind.rawValue) has the name of its project, \(quoted(project))",
                hint: "write name: \(project)")
            return
        }
        guard kind == .projectConfig else {
            if let spec = header.spec, spec.saysSomething {
                findings.warn(
                    spec.place, "a Project says nothing more: it is ignored",
                    hint: "promotionPolicies stand in the ProjectConfig")
            }
            return
        }
        policies = header.spec?.promotionPolicies(&findings) ?? []
    }

    private static func spec(of document: Value, _ header: KargoHeader, _ findings: inout Findings) -> Value? {
        if let spec = header.spec { return spec }
        findings.refuse(document.place.field("spec"), "'spec' is missing")
        return nil
    }
}

extension KargoReader {
    /// Reads what a stored revision has of Kargo's.
    mutating func read(stored root: Value, _ findings: inout Findings) {
        guard let fields = Fields(root, named: ["warehouses", "stages"], &findings) else { return }
        for (name, key, value) in fields["warehouses"]?.members ?? [] {
            guard let inner = Fields(value, named: ["spec", "completeBy"], &findings),
                let spec = inner.required("spec", &findings)
            else { continue }
            places[KargoKind.warehouse.rawValue + " " + name] = key
            let completeBy = inner["completeBy"]?.choice(Warehouse.Completeness.self, &findings)
            if let warehouse = spec.warehouse(named: name, completeBy: completeBy, &findings) {
                warehouses.append(warehouse)
            }
        }
        for (name, key, value) in fields["stages"]?.members ?? [] {
            guard let inner = Fields(value, named: ["spec", "autoPromotion"], &findings),
                let spec = inner.required("spec", &findings),
                let isAutoPromoted = inner.required("autoPromotion", &findings)?.truth(&findings),
                let stage = spec.stage(named: name, at: key, &findings)
            else { continue }
            stages.append(
                Stage(name: name, requests: stage.requests.map(\.request), isAutoPromoted: isAutoPromoted))
        }
    }
}
