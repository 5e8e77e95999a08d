import Testing

/// Files where something stands that stands nowhere else, and why that is right there.
private let clocks: Set<String> = [
    "Sources/Time/SystemClocks.swift",
    // A condition variable wants its end as an instant of a clock of its own.
    "Sources/Postgres/System/Doorbell.swift",
]
private let build: Set<String> = ["embed-files", "EmbedFilesPlugin"]

/// What is looked for in the code.
private enum Pattern {
    static let forced =
        #"\btry!|\bas!|[A-Za-z0-9_)\]"]!(?:[.,;:)\]\[ ]|$)"#
    static let ends =
        #"\b(?:fatalError|preconditionFailure|assertionFailure|abort)\("#
    static let reads =
        #"clock_gettime|gettimeofday|\bDate\(\)|ContinuousClock|SuspendingClock|[^.\w]time\(nil\)"#
    static let sql =
        #"(?i)"[^"]*\b(?:select\s.+\sfrom|insert\s+into|delete\s+from|update\s+\w+\s+set|alter\s+table)\b|Statement\(|run\(script:"#
    static let prints =
        #"(?:^|[^.\w])(?:debugPrint|dump|print)\("#
}

/// Every line of code of these files that matches, except in the files named.
private func lines(
    of files: [TrackedFile], matching pattern: Regex<AnyRegexOutput>, except: (TrackedFile) -> Bool = { _ in false }
) -> [String] {
    files.filter { !except($0) }.flatMap { file in
        file.code.filter { $0.text.contains(pattern) }.map { "\(file.path):\($0.number): \($0.text)" }
    }
}

/// These patterns would find themselves in the files of this target.
private let others = Repository.tests.filter { !$0.path.hasPrefix("Tests/TidyTests/") }

@Suite struct SourceTests {
    @Test func theRepositoryIsReadAtAll() {
        #expect(Repository.sources.count > 100)
        #expect(Repository.tests.count > 20)
        #expect(Repository.file("Package.swift") != nil)
    }

    @Test(arguments: [
        (Pattern.forced, "let a = b!"), (Pattern.forced, "f(b!.c)"), (Pattern.forced, "try! f()"),
        (Pattern.forced, "x as! Y"),
        (Pattern.ends, "fatalError(\"x\")"), (Pattern.ends, "preconditionFailure()"),
        (Pattern.reads, "let now = Date()"),
        (Pattern.reads, "clock_gettime(CLOCK_REALTIME, &t)"), (Pattern.reads, "ContinuousClock.now"),
        (Pattern.sql, "f(\"select a from b\")"), (Pattern.sql, "f(\"UPDATE a SET b = 1\")"),
        (Pattern.sql, "Statement(\"x\")"), (Pattern.sql, "c.run(script: x)"),
        (Pattern.prints, "    print(\"here\")"), (Pattern.prints, "dump(x)"),
    ])
    func whatIsLookedForIsFound(pattern: String, line: String) throws {
        try #expect(line.contains(Regex(pattern)))
    }

    @Test(arguments: [
        (Pattern.forced, "if !a, a != b {"), (Pattern.ends, "precondition(a == b)"), (Pattern.reads, "clock.now()"),
        (Pattern.sql, "f(\"choose one from the list\")"), (Pattern.prints, "terminal.print(x)"),
    ])
    func whatIsNotLookedForIsNotFound(pattern: String, line: String) throws {
        try #expect(!line.contains(Regex(pattern)))
    }

    @Test func nothingIsForced() throws {
        let forced = try Regex(Pattern.forced)
        let found = (Repository.sources + others).flatMap { file in
            file.code.filter {
                $0.text.utf8.contains(UInt8(ascii: "!")) && Self.withoutStrings($0.text).contains(forced)
            }
            .map { "\(file.path):\($0.number): \($0.text)" }
        }
        #expect(found == [])
    }

    /// What a string says is no code.
    private static func withoutStrings(_ line: String) -> String {
        line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
    }

    @Test func theProgramIsNeverEndedFromWithin() throws {
        let ends = try Regex(Pattern.ends)
        #expect(lines(of: Repository.sources, matching: ends) == [])
    }

    @Test func clocksAreReadInOnePlace() throws {
        let reads = try Regex(Pattern.reads)
        let found = lines(of: Repository.sources, matching: reads) { file in
            clocks.contains(file.path) || file.module == "PostgresTesting"
        }
        #expect(found == [])
    }

    @Test func sqlStandsInStoreLedgerAndPostgres() throws {
        let sql = try Regex(Pattern.sql)
        let found = lines(of: Repository.sources, matching: sql) { file in
            ["Store", "Ledger", "Postgres", "PostgresTesting"].contains(file.module)
        }
        #expect(found == [])
    }

    @Test func foundationIsForTheBuildOnly() throws {
        let found = lines(of: Repository.sources, matching: try Regex(#"\bimport\s+Foundation"#)) {
            build.contains($0.module ?? "")
        }
        #expect(found == [])
    }

    @Test func thereAreNoLeftovers() throws {
        let words = try Regex("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b")
        for file in Repository.files {
            for (index, line) in file.lines.enumerated() where line.contains(words) {
                Issue.record("\(file.path):\(index + 1): \(line)")
            }
        }
        let prints = try Regex(Pattern.prints)
        let found = lines(of: Repository.sources, matching: prints) { build.contains($0.module ?? "") }
        #expect(found.filter { !$0.contains("func print(") } == [])
    }
}

@Suite struct FileTests {
    private var texts: [TrackedFile] { Repository.files }

    @Test func noFileNamesAMachinesFolders() throws {
        let paths = try Regex("/(?:ho" + "me|Us" + "ers|ro" + "ot|wo" + "rk|op" + "t)/[a-z]|/tm" + "p/wt")
        for file in texts {
            for (index, line) in file.lines.enumerated() where line.contains(paths) {
                Issue.record("\(file.path):\(index + 1): \(line)")
            }
        }
    }

    @Test func noFileHoldsControlCharactersTabsOrTrailingSpaces() {
        for file in texts {
            let mayHaveTabs = file.path == "Makefile" || file.path.hasSuffix(".mk")
            let strange = file.bytes.contains {
                ($0 < 0x20 && $0 != 0x0A && !(mayHaveTabs && $0 == 0x09)) || $0 == 0x7F
            }
            #expect(!strange, "\(file.path)")
            #expect(String(validating: file.bytes, as: UTF8.self) != nil, "\(file.path)")
            #expect(!file.lines.contains { $0.hasSuffix(" ") }, "\(file.path)")
        }
    }

    @Test func everyFileEndsWithOneNewline() {
        for file in texts where !file.bytes.isEmpty {
            #expect(file.bytes.last == UInt8(ascii: "\n"), "\(file.path)")
            #expect(!file.text.hasSuffix("\n\n"), "\(file.path)")
        }
    }

    @Test func everyShellScriptStopsAtItsFirstFailure() {
        let scripts = texts.filter {
            $0.text.hasPrefix("#!/bin/sh") || $0.text.hasPrefix("#!/usr/bin/env sh") || $0.path.hasSuffix(".sh")
        }
        #expect(scripts.count > 3)
        for script in scripts {
            let first = script.lines.dropFirst().first { !$0.hasPrefix("#") && !$0.isEmpty }
            #expect(first == "set -eu", "\(script.path)")
        }
    }

    @Test func everyScriptCanBeRun() {
        for file in texts where file.path.hasPrefix("scripts/") { #expect(file.text.hasPrefix("#!"), "\(file.path)") }
    }
}
