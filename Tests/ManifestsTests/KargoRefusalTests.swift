import Manifests
import Testing

@Suite("What Kargo's manifests get wrong")
struct KargoRefusalTests {
    /// What is told of a subscription; places are those of line 6.
    private func told(_ subscription: String, orchestrator: String = "gatehouse") -> [String] {
        KargoShop.told([KargoShop.warehouse(subscription)], orchestrator: orchestrator)
            .map { $0.replacing("f0:6:", with: "").replacing("spec.subscriptions[0].", with: "") }
    }

    @Test(
        "an image's subscription",
        arguments: [
            ("{image: {}}", "27: image.repoURL: 'repoURL' is missing"),
            (
                "{image: {repoURL: 'https://ghcr.io/acme/trader'}}",
                "37: image.repoURL: an image's repoURL has no scheme; write ghcr.io/acme/trader"
            ),
            (
                "{image: {repoURL: 'localhost:5000/acme/trader:v1'}}",
                "37: image.repoURL: an image's repoURL has no tag; write localhost:5000/acme/trader"
            ),
            (
                "{image: {repoURL: 'ghcr.io/acme/trader@sha256:ab'}}",
                "37: image.repoURL: an image's repoURL has no digest; write ghcr.io/acme/trader"
            ),
            (
                "{image: {repoURL: ghcr.io//trader}}",
                "37: image.repoURL: 'ghcr.io//trader' is no repository of images; write for example ghcr.io/acme/trader"
            ),
            (
                "{image: {repoURL: a, imageSelectionStrategy: Digest}}",
                "27: image.constraint: the strategy Digest follows one tag, and none is named; "
                    + "write for example constraint: latest"
            ),
            (
                "{image: {repoURL: a, imageSelectionStrategy: Newest}}",
                "64: image.imageSelectionStrategy: 'Newest' is none of SemVer, Lexical, NewestBuild, Digest"
            ),
            (
                "{image: {repoURL: a, constraint: latest}}",
                "52: image.constraint: 'latest' is no range of versions: nothing can match; "
                    + "write for example ^1.2 or >=1.0.0 <2.0.0"
            ),
            (
                "{image: {repoURL: a, allowTags: ^v}}",
                "51: image.allowTags: Kargo finds nothing any more where 'allowTags' says something; "
                    + "write allowTagsRegexes, a list of regular expressions"
            ),
            (
                "{image: {repoURL: a, ignoreTags: [latest]}}",
                "52: image.ignoreTags: Kargo finds nothing any more where 'ignoreTags' says something; "
                    + "write ignoreTagsRegexes, a list of regular expressions"
            ),
            (
                "{image: {repoURL: a, platform: amd64}}",
                "50: image.platform: 'amd64' is no platform; write for example linux/amd64 or linux/arm64/v8"
            ),
            (
                "{image: {repoURL: a, discoveryLimit: 101}}",
                "56: image.discoveryLimit: must be a whole number from 1 to 100, not 101"
            ),
            (
                "{image: {repoURL: a, discoveryPolicy: SemVer}}",
                "40: image.discoveryPolicy: Kargo has no field 'discoveryPolicy' of an image: it is refused or ignored; "
                    + "imageSelectionStrategy says which image is the newest; without it that is SemVer, "
                    + "which finds no tags that are no versions, such as hashes of commits"
            ),
            (
                "{image: {repoURL: a, semverConstraint: ''}}",
                "40: image.semverConstraint: Kargo has no field 'semverConstraint' of an image: "
                    + "it is refused or ignored; it is called constraint"
            ),
            (
                "{image: {repoURL: a, allowTagsRegexes: ['^[0-9a-f]{7,40}$']}}",
                "58: image.allowTagsRegexes: the strategy SemVer finds nothing: no version such as 1.2.3 can match; "
                    + "hashes of commits have no order; write NewestBuild"
            ),
            (
                "{image: {repoURL: a, imageSelectionStrategy: Lexical, constraint: ^1}}",
                "85: image.constraint: the strategy Lexical looks at no constraint: it is ignored; "
                    + "allowTagsRegexes says which tags count"
            ),
            (
                "{image: {repoURL: a, constraint: '>=2.0.0 <1.0.0'}}",
                "52: image.constraint: no version lies in '>=2.0.0 <1.0.0': nothing can match"
            ),
            (
                "{image: {repoURL: a, insecureSkipTLSVerify: true}}",
                "63: image.insecureSkipTLSVerify: Gatehouse verifies certificates all the same"
            ),
        ])
    func images(subscription: String, message: String) {
        #expect(told(subscription) == [message])
    }

    @Test(
        "expressions that may match a version are not told",
        arguments: [
            "^v?[0-9.]+$", "^v", "[0-9a-f]+", "^.*$", "^[^a]+$", "^[,-9]+$", #"^\\d+\\.\\d+$"#, "^a|b$",
        ])
    func expressions(expression: String) {
        #expect(told("{image: {repoURL: a, allowTagsRegexes: ['\(expression)']}}") == [])
        let loose = "{image: {repoURL: a, strictSemvers: false, allowTagsRegexes: ['^[0-9a-f]+$']}}"
        #expect(told(loose) == [])
    }

    @Test(
        "ranges in which there are versions are not told",
        arguments: [
            "^1.2", "~2.0.1", "1.x", "*", ">1.2.3 <1.2.5", "1.2 - 1.4", ">=1, <3 || 5.x", "1.2.3", "=1.2.3-rc.1",
            "<=0.0.0",
            "!=1.0.0", ">1.0.0-rc <1.0.0", "v1.2.3", "<1",
        ])
    func ranges(range: String) {
        #expect(told("{image: {repoURL: a, constraint: '\(range)'}}") == [])
    }

    @Test(
        "a git repository's and a chart's subscription, and others",
        arguments: [
            (
                "{git: {repoURL: ftp://h/r}}",
                "35: git.repoURL: 'ftp://h/r' is no address of a git repository; "
                    + "write for example https://github.com/acme/deploy"
            ),
            (
                "{git: {repoURL: 'https://h/r', commitSelectionStrategy: SemVer, branch: main}}",
                "91: git.branch: tags belong to no branch: with SemVer it is ignored"
            ),
            (
                "{chart: {repoURL: 'oci://h/c', name: c}}",
                "56: chart.name: an OCI repository is one chart: Kargo refuses a name beside it; "
                    + "write it at the end of repoURL"
            ),
            (
                "{chart: {repoURL: h/c}}",
                "37: chart.repoURL: 'h/c' is no address of charts; write oci://…"
            ),
            ("{name: a}", "19: spec.subscriptions[0]: looks for nothing; add one of image, git, chart"),
            (
                "{image: {repoURL: a}, git: {repoURL: 'https://h/r'}}",
                "41: git: this subscription looks for 'image' already; write another element for 'git'"
            ),
        ])
    func others(subscription: String, message: String) {
        #expect(told(subscription) == [message])
    }

    @Test(
        "what Gatehouse cannot do is refused by its name, and where Kargo does it only told",
        arguments: [
            (
                "{git: {repoURL: 'https://h/r', includePaths: [charts]}}",
                "64: git.includePaths: ",
                "sees no files and dates of a git repository, so that it cannot follow 'includePaths'",
                "; leave it out, or subscribe to tags"
            ),
            (
                "{git: {repoURL: 'https://h/r', since: '2026-01-01T00:00:00Z'}}",
                "57: git.since: ",
                "sees no files and dates of a git repository, so that it cannot follow 'since'",
                "; leave it out, or subscribe to tags"
            ),
            (
                "{git: {repoURL: 'https://h/r', expressionFilter: 'author == 1'}}",
                "68: git.expressionFilter: ",
                "sees no files and dates of a git repository, so that it cannot follow 'expressionFilter'",
                "; leave it out, or subscribe to tags"
            ),
            (
                "{git: {repoURL: 'https://h/r', commitSelectionStrategy: NewestTag}}",
                "75: git.commitSelectionStrategy: ",
                "sees no dates of tags, so that it does not know the NewestTag",
                "; write SemVer or Lexical"
            ),
            (
                "{git: {repoURL: 'git@h:r'}}",
                "35: git.repoURL: ", "reads git repositories over HTTPS only", "; write its https:// address"
            ),
            (
                "{chart: {repoURL: 'https://charts.example', name: c}}",
                "37: chart.repoURL: ", "reads charts from OCI registries only", "; push the chart to a registry"
            ),
            (
                "{image: {repoURL: a, ignoreTagsRegexes: ['(']}}",
                "60: image.ignoreTagsRegexes[0]: ",
                "cannot read the regular expression '('",
                "; The regular expression cannot be read at its character 1 (U_REGEX_MISMATCHED_PAREN)."
            ),
            (
                "{imag: {}}",
                "20: imag: ", "looks for no 'imag'", "; did you mean 'image'?"
            ),
        ])
    func cannot(subscription: String, place: String, what: String, hint: String) throws {
        #expect(told(subscription) == ["\(place)Gatehouse \(what)\(hint)"])
        let kept = "Gatehouse does not keep this: it \(what), and Kargo does it here"
        #expect(told(subscription, orchestrator: "kargo") == [place + kept])
        // What is kept of it can be read again.
        let files = [
            ("p", Shop.projectPolicy.replacing("gatehouse}", with: "kargo}")), ("w", KargoShop.warehouse(subscription)),
        ]
        let set = try Shop.read(files).set
        #expect(try ManifestSet(canonical: set.canonicalJSON) == set)
    }

    @Test(
        "a Warehouse",
        arguments: [
            (
                "interval: 1d\n  subscriptions: [\(KargoShop.image)]",
                "5:13: spec.interval: '1d' is not a duration as Kargo has them: h, m and s; write 24h"
            ),
            (
                "interval: 5\n  subscriptions: [\(KargoShop.image)]",
                "5:13: spec.interval: '5' has no unit; write for example 5m or 5s"
            ),
            (
                "interval: 1.h\n  subscriptions: [\(KargoShop.image)]",
                "5:13: spec.interval: '1.h' is not a duration as Kargo has them: h, m and s; write for example 5m or 1h30m"
            ),
            (
                "interval: 0s\n  subscriptions: [\(KargoShop.image)]",
                "5:13: spec.interval: must be from 1s to 168h, not 0s"
            ),
            (
                "interval: 5m",
                "5:3: spec.subscriptions: 'subscriptions' is missing; name an image, a git repository or a chart"
            ),
            (
                "subscriptions: []",
                "5:18: spec.subscriptions: the Warehouse looks for nothing; add an image, git or chart"
            ),
            (
                "subscriptions: [\(KargoShop.image)]\n  freightCreationPolicy: Never",
                "6:26: spec.freightCreationPolicy: 'Never' is none of Automatic, Manual"
            ),
            (
                "subscriptions: [\(KargoShop.image)]\n  freightCreationCriteria: {expression: 'true'}",
                "6:28: spec.freightCreationCriteria: Gatehouse evaluates no freightCreationCriteria; the annotation gatehouse.dev/complete-by asks for images of one tag or revision"
            ),
        ])
    func warehouses(spec: String, message: String) {
        #expect(KargoShop.told([KargoShop.document("Warehouse", "market", "  " + spec)]) == ["f0:" + message])
    }

    @Test(
        "annotations of ours on a Warehouse",
        arguments: [
            (
                "gatehouse.dev/complete-by: label",
                "3:84: metadata.annotations.gatehouse.dev/complete-by: 'label' is none of tag, revision-label"
            ),
            (
                "gatehouse.dev/complete: tag",
                "3:57: metadata.annotations.gatehouse.dev/complete: there is no annotation 'gatehouse.dev/complete' of a Warehouse; did you mean 'gatehouse.dev/complete-by'?"
            ),
            (
                "gatehouse.dev/complete-by: tag",
                "3:56: metadata.annotations: there is nothing to complete: the Warehouse looks for one image at most"
            ),
        ])
    func annotations(annotation: String, message: String) {
        #expect(KargoShop.told([KargoShop.warehouse(KargoShop.image, annotations: annotation)]) == ["f0:" + message])
    }

    @Test(
        "a Stage's sources",
        arguments: [
            ("", "73: the Freight comes from nowhere; write direct: true, or name stages"),
            ("direct: true, availabilityStrategy: Any", "110: 'Any' is none of OneOf, All"),
            (
                "direct: true, autoPromotionOptions: {selectionPolicy: MatchUpstream}",
                "110: MatchUpstream follows exactly one Stage; name one in stages, without direct"
            ),
            (
                "direct: true, requiredSoakTime: 1h",
                "106: Freight that comes straight from the Warehouse need not have been anywhere"
            ),
            (
                "direct: true, requiredSoakTime: 2d",
                "106: '2d' is not a duration as Kargo has them: h, m and s; write 48h"
            ),
        ])
    func sources(sources: String, message: String) {
        let files = [
            KargoShop.warehouse(KargoShop.image), KargoShop.stage("beta", sources), KargoShop.policy("beta"),
        ]
        let told = KargoShop.told(files).map { line in
            line.replacing("f1:5:", with: "").replacing(/\ spec\.requestedFreight\S*:/, with: "")
        }
        #expect(told == [message])
    }

    @Test(
        "a Stage",
        arguments: [
            ("requestedFreight: []", "21: the Stage takes no Freight; say of which Warehouse the Stage takes Freight"),
            ("vars: []", "3: 'requestedFreight' is missing; say of which Warehouse the Stage takes Freight"),
            (
                "requestedFreight: [{origin: {kind: Freight, name: a}, sources: {direct: true}}]",
                "38: 'Freight' is none of Warehouse"
            ),
            (
                "requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}, "
                    + "{origin: {kind: Warehouse, name: market}, sources: {direct: true}}]",
                "123: the Stage takes Freight of 'market' already; name all sources in one element"
            ),
            (
                "{requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}], "
                    + "verification: {analysisTemplates: [{name: smoke}]}}",
                "106: Gatehouse runs no AnalysisTemplate; verify in the StagePolicy says what is run after a deployment"
            ),
            (
                "{requestedFreight: [{origin: {kind: Warehouse, name: market}, sources: {direct: true}}], "
                    + "targets: {selectors: [{}]}}",
                "101: Gatehouse knows no targets; write a Stage for each"
            ),
        ])
    func stages(spec: String, message: String) {
        let files = [
            KargoShop.warehouse(KargoShop.image), KargoShop.document("Stage", "beta", "  " + spec),
            KargoShop.policy("beta"),
        ]
        #expect(
            KargoShop.told(files).map { $0.replacing("f1:5:", with: "").replacing(/\ spec\.\S*:/, with: "") } == [
                message
            ])
    }

    @Test("promotion policies with expressions that cannot be read, take too long or are too many")
    func expressionsOfPolicies() {
        func told(_ policies: [String], stage: String = "beta") -> [String] {
            let config = KargoShop.document(
                "ProjectConfig", "shop", "  promotionPolicies: [\(policies.joined(separator: ", "))]")
            return KargoShop.told([
                config, KargoShop.warehouse(KargoShop.image), KargoShop.stage(stage, "direct: true"),
                KargoShop.policy(stage),
            ])
        }
        let place = "f0:5:46: spec.promotionPolicies[0].stageSelector.name: The regular expression "
        #expect(told(["{stageSelector: {name: 'regex:('}}"]).count { $0.hasPrefix(place + "cannot be read") } == 1)
        let slow = "{stageSelector: {name: 'regex:^(a+)+$'}}"
        #expect(
            told([slow, slow], stage: String(repeating: "a", count: 62) + "b") == [
                place + "takes too many steps; avoid a repetition within a repetition, such as (a+)+."
            ])
        #expect(told(Array(repeating: "{stageSelector: {name: 'regex:a'}}", count: 16)) == [])
        #expect(
            told(Array(repeating: "{stageSelector: {name: 'regex:a'}}", count: 17)).map { $0.suffix(35) } == [
                ": more than 16 policies with regex:"
            ])
    }

    @Test(
        "a ProjectConfig",
        arguments: [
            ("promotionPolicies: [{}]", "23: the policy speaks of no Stage; write stageSelector: {name: …}"),
            (
                "promotionPolicies: [{stage: a, stageSelector: {name: a}}]",
                "49: Kargo refuses a policy with both stage and stageSelector; remove stage, the older of the two"
            ),
            (
                "promotionPolicies: [{stageSelector: {matchLabels: {a: b}}}]",
                "53: Gatehouse does not choose Stages by matchLabels; choose them by name, glob: or regex:"
            ),
            (
                "promotionPolicies: [{stageSelector: {name: 'glob:[a'}}]",
                "46: 'glob:[a' cannot be read: a bracket is not closed"
            ),
            (
                "promotionPolicies: [{stageSelector: {name: 'glob:{a,{b}}'}}]",
                "46: 'glob:{a,{b}}' cannot be read: a bracket is not closed"
            ),
            (
                "promotionPolicies: [{stageSelector: {name: 'a*'}}]",
                "46: 'a*' is no name; a name has 1 to 63 lowercase letters, digits and '-', and begins and ends without '-'"
            ),
            (
                "promotionPolicies: [{stageSelector: {name: 'glob:*'}, autoRollback: {onPromotion: [Failed]}}]",
                "71: only Kargo's Enterprise edition rolls back by itself: it is ignored"
            ),
            (
                "promotionWindows: [{name: a, kind: Deny}]",
                "21: Kargo itself ignores promotionWindows, and so does Gatehouse; write a gate with a window in a StagePolicy"
            ),
            (
                "webhookReceivers: [{name: a}]",
                "21: these are addresses of Kargo's: Gatehouse does not listen there"
            ),
        ])
    func configs(spec: String, message: String) {
        let told = KargoShop.told([KargoShop.document("ProjectConfig", "shop", "  " + spec)])
        #expect(told.map { $0.replacing("f0:5:", with: "").replacing(/\ spec\.\S*:/, with: "") } == [message])
    }
}
