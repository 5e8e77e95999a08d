import JSON
import Manifests
import Promotions
import SeededTesting
import Testing
import Time

@Suite("The canonical form")
struct CanonicalTests {
    @Test("it has every default, and Stages by their names")
    func form() throws {
        let set = ManifestSet(
            projectPolicy: ProjectPolicy(project: "shop", orchestrator: .kargo),
            stagePolicies: [
                StagePolicy(stage: "paper", gates: []),
                StagePolicy(
                    stage: "beta", gates: [GateRule(name: "a", kind: .market(MarketRule(calendar: "XNYS")))],
                    maxWait: .minutes(90)),
            ])
        let rest = #""verify":[],"skippable":true}"#
        #expect(
            set.canonicalJSON.written
                == #"{"project":"shop","projectPolicy":{"orchestrator":"kargo","changeApprovals":0},"stages":{"#
                + #""beta":{"gates":[{"name":"a","market":{"calendar":"XNYS","closedIn":["#
                + #"{"session":"core","before":"0s","after":"0s"}]}}],"#
                + #""enforcement":"enforce","queue":"newestWins","maxWait":"1h30m",\#(rest),"#
                + #""paper":{"gates":[],"enforcement":"enforce","queue":"newestWins","maxWait":"1d",\#(rest)}}"#)
    }

    @Test("it is read back as what it was made of, and makes the same bytes again")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("policies were drawn with the seed \(seed)")
        var policies = RandomPolicies(generator: Seeded(seed: seed))
        for _ in 0..<500 {
            let set = try policies.set()
            let bytes = set.canonicalJSON.written
            let again = try ManifestSet(canonical: JSONValue(parsing: Array(bytes.utf8)))
            #expect(again == set, "seed \(seed): \(bytes)")
            #expect(again.canonicalJSON.written == bytes, "seed \(seed)")
        }
    }

    @Test("a policy that was written as a manifest has the same canonical form")
    func manifests() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("policies were drawn with the seed \(seed)")
        var policies = RandomPolicies(generator: Seeded(seed: seed))
        for _ in 0..<200 {
            let set = try policies.set()
            let files = set.stagePolicies.map { policy in
                let spec = set.canonicalJSON["stages"]?[policy.stage]?.written ?? ""
                return (
                    policy.stage, Shop.paper("  " + spec).replacing("{name: paper,", with: "{name: \(policy.stage),")
                )
            }
            let project =
                Shop.projectPolicy.prefix { $0 != "{" } + "{name: shop, namespace: shop}\nspec: "
                + (set.canonicalJSON["projectPolicy"]?.written ?? "")
            #expect(try Shop.read(files + [("project", String(project))]).set == set, "seed \(seed)")
        }
    }

    @Test(
        "what is not of this form is refused by its field",
        arguments: [
            (
                "[]",
                "revision:1:1: must be a mapping, not a list; its fields are: project, projectPolicy, stages, kargo"
            ),
            (#"{"project":"shop","stages":{}}"#, "revision:1:1: projectPolicy: 'projectPolicy' is missing"),
            (
                #"{"project":"shop","projectPolicy":{"orchestrator":"kargo"},"stages":{"a":{"gates":[1]}}}"#,
                "revision:1:1: stages.a.gates[0]: must be a mapping, not a number; "
                    + "its fields are: name, market, window, approval, soak, verification"
            ),
        ])
    func refused(text: String, error: String) throws {
        let document = try JSONValue(parsing: Array(text.utf8))
        let refusal = try #require(throws: ManifestErrors.self) { try ManifestSet(canonical: document) }
        #expect(refusal.description == error)
    }
}
