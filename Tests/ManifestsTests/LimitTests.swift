import Manifests
import Testing

@Suite("How much manifests may ask for")
struct LimitTests {
    @Test(
        "the most is read, and what is more is refused",
        arguments: [
            ("gates: [{name: a, approval: {required: #}}]", "10", "11"),
            ("gates: [{name: a, approval: {required: #}}]", "1", "0"),
            ("gates: [{name: a, approval: {required: 1, validFor: #}}]", "365d", "365d1s"),
            ("gates: [{name: a, soak: {for: #}}]", "1s", "0s"),
            ("gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, before: #}]}}]", "24h", "24h1s"),
            ("gates: [{name: a, market: {calendar: XNYS, closedIn: [{session: core, after: #}]}}]", "0s", "24h1s"),
            ("gates: [], breakGlass: {bypasses: [freeze], maxValidFor: #}", "24h", "24h1s"),
            ("gates: [], breakGlass: {bypasses: [freeze], maxValidFor: #}", "1s", "0s"),
            ("gates: [], breakGlass: {bypasses: [freeze], approvals: #}", "0", "-1"),
            ("gates: [], breakGlass: {bypasses: [freeze], approvals: #}", "10", "11"),
            ("gates: [], breakGlass: {bypasses: [freeze], reviewWithin: #}", "30d", "30d1s"),
            ("gates: [], deploy: {argocd: {application: a, timeout: #}}", "24h", "24h1s"),
            (
                "gates: [{name: #, soak: {for: 1h}}]", String(repeating: "a", count: 63),
                String(repeating: "a", count: 64)
            ),
            ("gates: [{name: #, soak: {for: 1h}}]", "a-1", "a-"),
        ])
    func bounds(spec: String, most: String, tooMuch: String) {
        func errors(_ value: String) -> [String] {
            let spec = "  {" + spec.replacing("#", with: value) + "}"
            return Shop.errors([("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper(spec))])
        }
        #expect(errors(most).isEmpty)
        #expect(errors(tooMuch).count == 1)
    }

    @Test("a project's changes need ten approvals at most")
    func changeApprovals() throws {
        func errors(_ count: Int) -> [String] {
            let policy = Shop.projectPolicy.replacing("gatehouse}", with: "gatehouse, changeApprovals: \(count)}")
            return Shop.errors([("project.yaml", policy)])
        }
        #expect(errors(10) == [])
        #expect(
            errors(11) == [
                "project.yaml:4:50: spec.changeApprovals: must be a whole number from 0 to 10, not 11"
            ])
    }

    @Test("a Stage has 32 gates at most")
    func gates() {
        func errors(_ count: Int) -> [String] {
            let gates = (0..<count).map { "{name: g\($0), soak: {for: 1h}}" }.joined(separator: ", ")
            return Shop.errors([
                ("project.yaml", Shop.projectPolicy), ("paper.yaml", Shop.paper("  gates: [\(gates)]")),
            ])
        }
        #expect(errors(32) == [])
        #expect(errors(33) == ["paper.yaml:5:10: spec.gates: has 33 elements; 32 is the most"])
    }

    @Test("all files together have 200 documents and 1 MiB at most")
    func whole() {
        func stages(_ count: Int) -> String {
            (0..<count).map { Shop.paper("  gates: []").replacing("paper", with: "stage-\($0)") + "\n---\n" }.joined()
        }
        let project = ("project.yaml", Shop.projectPolicy)
        #expect(Shop.errors([project, ("a.yaml", String(stages(199).dropLast(5)))]) == [])
        #expect(
            Shop.errors([project, ("a.yaml", String(stages(200).dropLast(5)))])
                == ["a.yaml:1195:1: more than 200 documents"])
        let comment = String(repeating: "#", count: (1 << 20) - Shop.projectPolicy.utf8.count)
        #expect(Shop.errors([project, ("a.yaml", comment)]) == [])
        #expect(
            Shop.errors([project, ("a.yaml", comment + "#")])
                == ["project.yaml:1:1: the manifests have 1048577 bytes; 1048576 is the most"])
    }
}
