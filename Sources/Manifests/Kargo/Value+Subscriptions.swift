import Promotions

extension Value {
    /// An image that a Warehouse looks for.
    func imageSubscription(_ findings: inout Findings) -> ImageSubscription? {
        let known = [
            "repoURL", "imageSelectionStrategy", "constraint", "strictSemvers", "allowTagsRegexes",
            "ignoreTagsRegexes", "platform", "discoveryLimit", "allowTags", "ignoreTags", "cacheByTag",
            "insecureSkipTLSVerify",
        ]
        guard let fields = Fields(tellingOldNames: self, of: Self.oldImageFields, named: known, &findings) else {
            return nil
        }
        let strategy = fields["imageSelectionStrategy"]?.choice(ImageSubscription.Strategy.self, &findings) ?? .semVer
        let constraint = fields["constraint"]?.optionalText(&findings)
        fields.checkConstraint(constraint, isRange: strategy == .semVer, "constraint", &findings)
        if strategy == .digest, constraint == nil {
            findings.refuse(
                fields.place(of: "constraint"), "the strategy Digest follows one tag, and none is named",
                hint: "write for example constraint: latest")
        }
        if strategy == .lexical || strategy == .newestBuild, constraint != nil {
            findings.warn(
                fields.place(of: "constraint"),
                "the strategy \(strategy.rawValue) looks at no constraint: it is ignored",
                hint: "allowTagsRegexes says which tags count")
        }
        let isStrict = fields["strictSemvers"]?.truth(&findings) ?? true
        let tags = fields.tagFilter(&findings)
        if strategy == .semVer { fields.warn(ofTagsWithoutVersions: tags, isStrict: isStrict, &findings) }
        let platform = fields["platform"]?.platform(&findings)
        let limit = fields["discoveryLimit"]?.integer(in: ManifestLimits.discovered, &findings)
        guard let repository = fields.required("repoURL", &findings)?.imageRepository(&findings) else { return nil }
        return ImageSubscription(
            repository: repository, strategy: strategy, constraint: constraint, hasStrictVersions: isStrict,
            tags: tags, platform: platform, discoveryLimit: limit ?? 20)
    }

    /// A git repository that a Warehouse looks at.
    func gitSubscription(_ findings: inout Findings) -> GitSubscription? {
        let beyond = ["includePaths", "excludePaths", "expressionFilter", "since"]
        let known =
            beyond + [
                "repoURL", "commitSelectionStrategy", "branch", "semverConstraint", "strictSemvers",
                "allowTagsRegexes", "ignoreTagsRegexes", "discoveryLimit", "allowTags", "ignoreTags", "blobless",
                "insecureSkipTLSVerify",
            ]
        guard let fields = Fields(tellingOldNames: self, of: [:], named: known, &findings) else { return nil }
        for name in beyond {
            guard let value = fields[name], value.saysSomething else { continue }
            findings.cannot(
                value.place, "sees no files and dates of a git repository, so that it cannot follow '\(name)'",
                hint: "leave it out, or subscribe to tags")
        }
        let written = fields["commitSelectionStrategy"]
        if let written, written.written == "NewestTag" {
            findings.cannot(
                written.place, "sees no dates of tags, so that it does not know the NewestTag",
                hint: "write SemVer or Lexical")
            return nil
        }
        let strategy = written?.choice(GitSubscription.Strategy.self, &findings) ?? .newestFromBranch
        let branch = fields["branch"]?.optionalText(&findings)
        if branch != nil, strategy != .newestFromBranch {
            findings.warn(
                fields.place(of: "branch"), "tags belong to no branch: with \(strategy.rawValue) it is ignored")
        }
        let constraint = fields["semverConstraint"]?.optionalText(&findings)
        fields.checkConstraint(constraint, isRange: strategy == .semVer, "semverConstraint", &findings)
        let isStrict = fields["strictSemvers"]?.truth(&findings) ?? true
        let tags = fields.tagFilter(&findings)
        if strategy == .semVer { fields.warn(ofTagsWithoutVersions: tags, isStrict: isStrict, &findings) }
        _ = fields["discoveryLimit"]?.integer(in: ManifestLimits.discovered, &findings)
        guard let repository = fields.required("repoURL", &findings)?.gitRepository(&findings) else { return nil }
        return GitSubscription(
            repository: repository, strategy: strategy, branch: branch, constraint: constraint,
            hasStrictVersions: isStrict, tags: tags)
    }

    /// A chart that a Warehouse looks for.
    func chartSubscription(_ findings: inout Findings) -> ChartSubscription? {
        let known = ["repoURL", "name", "semverConstraint", "discoveryLimit", "insecureSkipTLSVerify"]
        guard let fields = Fields(tellingOldNames: self, of: [:], named: known, &findings) else { return nil }
        let constraint = fields["semverConstraint"]?.optionalText(&findings)
        fields.checkConstraint(constraint, isRange: true, "semverConstraint", &findings)
        let limit = fields["discoveryLimit"]?.integer(in: ManifestLimits.discovered, &findings)
        guard let repoURL = fields.required("repoURL", &findings), let text = repoURL.text(maximum: 500, &findings)
        else {
            return nil
        }
        guard text.hasPrefix("oci://") else {
            if text.hasPrefix("http://") || text.hasPrefix("https://") {
                findings.cannot(
                    repoURL.place, "reads charts from OCI registries only", hint: "push the chart to a registry")
            } else {
                findings.refuse(repoURL.place, "\(quoted(text)) is no address of charts", hint: "write oci://…")
            }
            return nil
        }
        if let name = fields["name"], name.saysSomething {
            findings.refuse(
                name.place, "an OCI repository is one chart: Kargo refuses a name beside it",
                hint: "write it at the end of repoURL")
        }
        return ChartSubscription(repository: text, constraint: constraint, discoveryLimit: limit ?? 20)
    }

    /// Fields that images had once, or that people take for theirs.
    private static let oldImageFields = [
        "discoveryPolicy": "imageSelectionStrategy says which image is the newest; without it that is SemVer, "
            + "which finds no tags that are no versions, such as hashes of commits",
        "semverConstraint": "it is called constraint",
        "tagSelectionStrategy": "it is called imageSelectionStrategy",
    ]
}

extension Fields {
    /// A subscription's fields.
    fileprivate init?(
        tellingOldNames value: Value, of old: [String: String], named known: [String], _ findings: inout Findings
    ) {
        for (name, key, _) in value.members ?? [] {
            guard let hint = old[name], !known.contains(name) else { continue }
            findings.warn(key, "Kargo has no field '\(name)' of an image: it is refused or ignored", hint: hint)
        }
        self.init(value, named: known + old.keys, others: .told, &findings)
        if let insecure = self["insecureSkipTLSVerify"], insecure.truth(&findings) == true {
            findings.warn(insecure.place, "Gatehouse verifies certificates all the same")
        }
    }

    /// Which tags count. Names that are gone are refused: to ignore a filter would let more through.
    fileprivate func tagFilter(_ findings: inout Findings) -> TagFilter {
        for (name, now) in [("allowTags", "allowTagsRegexes"), ("ignoreTags", "ignoreTagsRegexes")] {
            guard let value = self[name], value.saysSomething else { continue }
            findings.refuse(
                value.place, "Kargo finds nothing any more where '\(name)' says something",
                hint: "write \(now), a list of regular expressions")
        }
        return TagFilter(
            allow: expressions("allowTagsRegexes", &findings), ignore: expressions("ignoreTagsRegexes", &findings))
    }

    private func expressions(_ name: String, _ findings: inout Findings) -> [String] {
        (self[name]?.list(maximum: ManifestLimits.tagExpressions, &findings) ?? []).compactMap { element in
            guard let text = element.text(maximum: 500, &findings) else { return nil }
            findings.check(expression: text, at: element.place)
            return text
        }
    }

    /// Refuses a range of versions that none can be read from.
    fileprivate func checkConstraint(
        _ constraint: String?, isRange: Bool, _ name: String, _ findings: inout Findings
    ) {
        guard isRange, let constraint else { return }
        findings.check(range: constraint, at: place(of: name))
    }

    /// Tells of tags that could never be versions, such as hashes of commits.
    fileprivate func warn(ofTagsWithoutVersions tags: TagFilter, isStrict: Bool, _ findings: inout Findings) {
        guard isStrict, !tags.allow.isEmpty, tags.allow.allSatisfy(canMatchNoDot) else { return }
        findings.warn(
            place(of: "allowTagsRegexes"), "the strategy SemVer finds nothing: no version such as 1.2.3 can match",
            hint: "hashes of commits have no order; write NewestBuild")
    }
}

/// Whether an expression matches whole texts without a dot only. Where that is not plain, it is not said.
private func canMatchNoDot(_ expression: String) -> Bool {
    guard expression.hasPrefix("^"), expression.hasSuffix("$"), !expression.contains("[^") else { return false }
    var previous: Character = "^"
    for character in expression {
        let isWord = character.isASCII && (character.isLetter || character.isNumber) || character == "_"
        // A range that begins with a letter or a digit lies behind the dot.
        let isRange = character == "-" && (previous == "[" || previous.isLetter || previous.isNumber)
        guard isWord || isRange || "[]{}(),+*?$^".contains(character) else { return false }
        previous = character
    }
    return true
}
