import Manifests
import Testing

@Suite("Refusing manifests")
struct RefusalTests {
    @Test(
        "a document that is none of ours is refused by what it says it is",
        arguments: [
            (
                "[]",
                ["1:1: a manifest must be a mapping, not a list; it begins with apiVersion"]
            ),
            (
                "kind: StagePolicy",
                ["1:1: apiVersion: 'apiVersion' is missing; write apiVersion: gatehouse.dev/v1"]
            ),
            (
                "apiVersion: gatehouse.dev/v1",
                ["1:1: kind: 'kind' is missing; write kind: StagePolicy or kind: ProjectPolicy"]
            ),
            (
                "apiVersion: gatehouse.dev/v2\nkind: StagePolicy",
                [
                    "1:13: apiVersion: Gatehouse does not read 'StagePolicy' of 'gatehouse.dev/v2'; write gatehouse.dev/v1"
                ]
            ),
            (
                "apiVersion: apps/v1\nkind: Deployment",
                ["1:13: apiVersion: Gatehouse does not read 'Deployment' of 'apps/v1'; leave it out"]
            ),
            (
                "apiVersion: kargo.akuity.io/v1beta1\nkind: Warehouse",
                [
                    "1:13: apiVersion: Gatehouse does not read 'Warehouse' of 'kargo.akuity.io/v1beta1'; write kargo.akuity.io/v1alpha1"
                ]
            ),
            (
                "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stages",
                ["2:7: kind: 'Stages' is no kind of kargo.akuity.io/v1alpha1; did you mean 'Stage'?"]
            ),
            (
                "apiVersion: kargo.akuity.io/v1alpha1\nkind: Freight",
                ["2:7: kind: a Freight comes about, and is no manifest; leave it out"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: VerificationSuite",
                ["2:7: kind: Gatehouse does not read a VerificationSuite yet; leave it out"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolice",
                ["2:7: kind: 'StagePolice' is no kind of gatehouse.dev/v1; did you mean 'StagePolicy'?"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper, namespace: shop}",
                ["1:1: spec: 'spec' is missing"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nspec: {gates: []}",
                ["1:1: metadata: 'metadata' is missing; it has name and namespace"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper}\nspec: {gates: []}",
                ["3:11: metadata.namespace: 'namespace' is missing; write namespace: shop"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper, namespace: store}\nspec: {gates: []}",
                [
                    "3:36: metadata.namespace: 'store' is another project: these manifests are of 'shop'; write namespace: shop"
                ]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: Paper, namespace: shop}\nspec: {gates: []}",
                [
                    "3:18: metadata.name: 'Paper' is no name; a name has 1 to 63 lowercase letters, digits and '-', and begins and ends without '-'"
                ]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper, namespace: shop, owner: me}\nspec: {gates: []}",
                [
                    "3:42: metadata.owner: there is no field 'owner' here; known are: name, namespace, labels, annotations, uid, resourceVersion, creationTimestamp, generation, managedFields"
                ]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: paper, namespace: shop}\nspecs: {gates: []}",
                ["4:1: specs: there is no field 'specs' here; did you mean 'spec'?"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: ProjectPolicy\nmetadata: {name: shop, namespace: shop}\nspec: {orchestrator: gatehouse}",
                ["3:18: metadata.name: 'shop' has a ProjectPolicy already, at project.yaml:3:18; remove one of the two"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: ProjectPolicy\nmetadata: {name: store, namespace: shop}\nspec: {orchestrator: gatehouse}",
                ["3:18: metadata.name: a ProjectPolicy has the name of its project, 'shop'; write name: shop"]
            ),
            (
                "apiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata: {name: beta, namespace: shop}\nspec: {gates: []}\n---\napiVersion: gatehouse.dev/v1\nkind: StagePolicy\nmetadata:\n  name: beta\n  namespace: shop\nspec: {gates: []}",
                ["9:9: metadata.name: the Stage 'beta' has a policy already, at a.yaml:3:18; remove one of the two"]
            ),
            (
                "a: b: c",
                [
                    "1:5: this is not YAML (mapping values are not allowed in this context); check the indentation, colons and quotes here and just above."
                ]
            ),
            (
                "a: &x [*x]",
                ["1:8: the alias '*x' is inside the value it stands for; write the value out."]
            ),
            (
                "a: 1\na: 2",
                ["2:1: the key 'a' is already on line 1; remove one of the two."]
            ),
        ] as [(String, [String])])
    func document(text: String, errors: [String]) {
        let files = [("project.yaml", Shop.projectPolicy), ("a.yaml", text)]
        #expect(Shop.errors(files) == errors.map { "a.yaml:" + $0 })
    }
}
