import JSON
import Manifests
import Promotions
import SeededTesting
import Testing
import Time

@Suite("The canonical form of Kargo's manifests")
struct KargoCanonicalTests {
    @Test("it has their own words and every default")
    func form() throws {
        let set = try Shop.read([
            ("p", Shop.projectPolicy), ("w", KargoShop.warehouse("{image: {repoURL: a}}")),
            ("s", KargoShop.stage("beta", "direct: true")),
        ]).set
        #expect(
            set.canonicalJSON["kargo"]?.written
                == #"{"warehouses":{"market":{"spec":{"interval":"5m","freightCreationPolicy":"Automatic","subscriptions":["#
                + #"{"image":{"repoURL":"a","imageSelectionStrategy":"SemVer","strictSemvers":true,"allowTagsRegexes":[],"#
                + #""ignoreTagsRegexes":[],"discoveryLimit":20}}]}}},"#
                + #""stages":{"beta":{"spec":{"requestedFreight":[{"origin":{"kind":"Warehouse","name":"market"},"#
                + #""sources":{"direct":true,"stages":[],"availabilityStrategy":"OneOf","#
                + #""autoPromotionOptions":{"selectionPolicy":"NewestFreight"}}}]},"autoPromotion":false}}}"#)
    }

    @Test("a set without any has the form that it always had")
    func none() throws {
        #expect(try Shop.set("{gates: []}").canonicalJSON["kargo"] == nil)
    }

    @Test("it is read back as what it was made of, and makes the same bytes again")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("flows were drawn with the seed \(seed)")
        var flows = RandomFlows(generator: Seeded(seed: seed))
        for _ in 0..<500 {
            let set = flows.set()
            let bytes = set.canonicalJSON.written
            let again = try ManifestSet(canonical: JSONValue(parsing: Array(bytes.utf8)))
            #expect(again == set, "seed \(seed): \(bytes)")
            #expect(again.canonicalJSON.written == bytes, "seed \(seed)")
        }
    }

    @Test("what was written as manifests has the same canonical form")
    func manifests() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("flows were drawn with the seed \(seed)")
        var flows = RandomFlows(generator: Seeded(seed: seed))
        for _ in 0..<200 {
            let set = flows.set()
            let policies = set.stages.map { ($0.name, KargoShop.policy($0.name)) }
            let files = [("p", Shop.projectPolicy)] + policies + KargoShop.documents(of: set)
            #expect(try Shop.read(files).set == set, "seed \(seed)")
        }
    }
}

@Suite("What changes of Kargo's manifests loosen")
struct KargoDiffTests {
    private static let base = Warehouse(
        name: "market", subscriptions: [Subscription(.image(ImageSubscription(repository: "a")))])

    private func set(_ request: FreightRequest, isAutoPromoted: Bool = false) -> ManifestSet {
        set(stages: [Stage(name: "live", requests: [request], isAutoPromoted: isAutoPromoted)])
    }

    private func set(_ warehouses: [Warehouse] = [base], stages: [Stage] = []) -> ManifestSet {
        ManifestSet(
            projectPolicy: ProjectPolicy(project: "shop", orchestrator: .gatehouse), stagePolicies: [],
            warehouses: warehouses, stages: stages)
    }

    private func changes(_ old: ManifestSet, _ new: ManifestSet) -> [String] {
        ManifestDiff(from: old, to: new).changes.map {
            "\($0.path.replacing("kargo.stages.live.requestedFreight.market.", with: "")) \($0.effect)"
        }
    }

    /// What is there, what is there instead, and what that does; backwards it does the opposite.
    private static let requests: [(FreightRequest, FreightRequest, String)] = [
        (
            FreightRequest(warehouse: "market", upstream: ["a"]),
            FreightRequest(warehouse: "market", isDirect: true, upstream: ["a"]), "direct"
        ),
        (
            FreightRequest(warehouse: "market", upstream: ["a"]),
            FreightRequest(warehouse: "market", upstream: ["a", "b"]),
            "stages"
        ),
        (
            FreightRequest(warehouse: "market", upstream: ["a", "b"], strategy: .all),
            FreightRequest(warehouse: "market", upstream: ["a"], strategy: .all), "stages"
        ),
        (
            FreightRequest(warehouse: "market", upstream: ["a"], soak: .hours(2)),
            FreightRequest(warehouse: "market", upstream: ["a"], soak: .hours(1)), "requiredSoakTime"
        ),
        (
            FreightRequest(warehouse: "market", upstream: ["a"], soak: .hours(2)),
            FreightRequest(warehouse: "market", upstream: ["a"]), "requiredSoakTime"
        ),
        (
            FreightRequest(warehouse: "market", upstream: ["a", "b"], strategy: .all),
            FreightRequest(warehouse: "market", upstream: ["a", "b"]), "availabilityStrategy"
        ),
    ]

    @Test("a Stage's sources", arguments: requests)
    func sources(strict: FreightRequest, loose: FreightRequest, path: String) {
        #expect(changes(set(strict), set(loose)) == [path + " loosens"])
        #expect(changes(set(loose), set(strict)) == [path + " tightens"])
    }

    @Test("what cannot be compared loosens both ways")
    func both() {
        let one = FreightRequest(warehouse: "market", upstream: ["a"], selection: .matchUpstream)
        let other = FreightRequest(warehouse: "market", upstream: ["b"])
        #expect(changes(set(one), set(other)) == ["stages loosens", "selectionPolicy loosens"])
        #expect(changes(set(other), set(one)) == ["stages loosens", "selectionPolicy loosens"])
        let all = FreightRequest(warehouse: "market", upstream: ["a", "b"], strategy: .all)
        #expect(changes(set(other), set(all)) == ["stages loosens", "availabilityStrategy tightens"])
    }

    @Test("a soak of nothing is none")
    func noSoak() {
        let none = FreightRequest(warehouse: "market", upstream: ["a"])
        let zero = FreightRequest(warehouse: "market", upstream: ["a"], soak: .seconds(0))
        #expect(changes(set(none), set(zero)) == ["requiredSoakTime neither"])
    }

    @Test("Stages and what they take in: what comes loosens, what goes tightens")
    func comingAndGoing() {
        let request = FreightRequest(warehouse: "market", isDirect: true)
        #expect(changes(set(), set(request)) == ["kargo.stages.live loosens"])
        #expect(changes(set(request), set()) == ["kargo.stages.live tightens"])
        let two = set(stages: [
            Stage(name: "live", requests: [request, FreightRequest(warehouse: "risk", isDirect: true)])
        ])
        #expect(changes(set(request), two) == ["kargo.stages.live.requestedFreight.risk loosens"])
        #expect(changes(two, set(request)) == ["kargo.stages.live.requestedFreight.risk tightens"])
    }

    @Test("promoting by itself loosens")
    func autoPromotion() {
        let request = FreightRequest(warehouse: "market", isDirect: true)
        let (off, on) = (set(request), set(request, isAutoPromoted: true))
        #expect(changes(off, on) == ["kargo.stages.live.autoPromotion loosens"])
        #expect(changes(on, off) == ["kargo.stages.live.autoPromotion tightens"])
    }

    @Test("Warehouses")
    func warehouses() {
        func warehouse(
            _ subscriptions: [Subscription] = Self.base.subscriptions, isAutomatic: Bool = true,
            completeBy: Warehouse.Completeness? = nil
        ) -> ManifestSet {
            set([
                Warehouse(
                    name: "market", isAutomatic: isAutomatic, subscriptions: subscriptions, completeBy: completeBy)
            ])
        }
        let path = "kargo.warehouses.market"
        #expect(changes(set([]), warehouse()) == [path + " loosens"])
        #expect(changes(warehouse(), set([])) == [path + " tightens"])
        #expect(changes(warehouse(), warehouse(isAutomatic: false)) == [path + ".freightCreationPolicy tightens"])
        #expect(changes(warehouse(isAutomatic: false), warehouse()) == [path + ".freightCreationPolicy loosens"])
        #expect(changes(warehouse(), warehouse(completeBy: .tag)) == [path + ".completeBy tightens"])
        #expect(changes(warehouse(completeBy: .tag), warehouse()) == [path + ".completeBy loosens"])
        #expect(
            changes(warehouse(completeBy: .tag), warehouse(completeBy: .revisionLabel)) == [
                path + ".completeBy loosens"
            ])
        let more = [ImageSubscription(repository: "a"), ImageSubscription(repository: "b")].map {
            Subscription(.image($0))
        }
        #expect(changes(warehouse(), warehouse(more)) == [path + ".subscriptions.b loosens"])
        #expect(changes(warehouse(more), warehouse()) == [path + ".subscriptions.b loosens"])
        #expect(changes(warehouse(more), warehouse(more.reversed())) == [path + ".subscriptions neither"])
        let limited = [Subscription(.image(ImageSubscription(repository: "a", discoveryLimit: 3)))]
        #expect(changes(warehouse(), warehouse(limited)) == [path + ".subscriptions.a neither"])
        let other = [Subscription(.image(ImageSubscription(repository: "a", constraint: "^1")))]
        #expect(changes(warehouse(), warehouse(other)) == [path + ".subscriptions.a loosens"])
        let slow = set([
            Warehouse(name: "market", interval: .hours(1), subscriptions: Self.base.subscriptions)
        ])
        #expect(changes(warehouse(), slow) == [path + ".interval neither"])
        // Two of one name.
        #expect(changes(warehouse(limited + other), warehouse(limited + limited)) == [path + ".subscriptions loosens"])
    }

    @Test("nothing is different exactly where the canonical forms are the same")
    func complete() {
        let seed = UInt64.random(in: .min ... .max)
        print("flows were drawn with the seed \(seed)")
        var flows = RandomFlows(generator: Seeded(seed: seed))
        for _ in 0..<300 {
            let (old, new) = (flows.set(), flows.set())
            #expect(ManifestDiff(from: old, to: old).changes.isEmpty, "seed \(seed)")
            let isSame = old.canonicalJSON.written == new.canonicalJSON.written
            #expect(ManifestDiff(from: old, to: new).changes.isEmpty == isSame, "seed \(seed)")
        }
    }
}
