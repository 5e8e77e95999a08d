import Testing

/// Which modules of ours each module imports. Arrows point down only.
private let arrows: [String: Set<String>] = [
    "Locks": [], "Time": [], "JSON": [], "CSV": [],
    "Crypto": ["CGnuTLS"], "ICU": ["CICU"], "YAML": ["CYAML"], "HTTPClient": ["CCurl", "Locks", "Time"],
    "Observability": ["JSON", "Locks", "Time"],
    "HTTPServer": ["CMicroHTTPD", "JSON", "Locks", "Time"],
    "Postgres": ["CPostgres", "Locks", "Time"],
    "PostgresTesting": ["Locks", "Postgres"], "SeededTesting": [],
    "TimeZones": ["ICU", "Locks", "Time"],
    "Calendars": ["CSV", "JSON", "Time", "TimeZones"],
    "Promotions": ["Calendars", "Crypto", "Time", "TimeZones"],
    "Connectors": ["Crypto", "HTTPClient", "ICU", "JSON", "Locks", "Promotions", "Time"],
    "RegistryTesting": ["Connectors", "HTTPClient", "JSON", "Locks"],
    "Manifests": ["Calendars", "ICU", "JSON", "Promotions", "Time", "TimeZones", "YAML"],
    "Identity": ["Crypto", "ICU", "Time"],
    "Ledger": ["Crypto", "JSON", "Time"],
    "Store": ["Crypto", "Identity", "JSON", "Ledger", "Postgres", "Promotions", "Time"],
    "Engine": [
        "Calendars", "Connectors", "Crypto", "Identity", "JSON", "Ledger", "Locks", "Manifests", "Observability",
        "Postgres",
        "Promotions", "Store", "Time", "TimeZones",
    ],
    "API": [
        "CSV", "Calendars", "Connectors", "Crypto", "Engine", "HTTPServer", "Identity", "JSON", "Ledger", "Locks",
        "Manifests",
        "Observability", "Postgres", "Promotions", "Store", "Time", "TimeZones",
    ],
    "gatehouse": [
        "API", "Connectors", "Crypto", "Engine", "HTTPClient", "HTTPServer", "ICU", "Identity", "JSON", "Ledger",
        "Locks", "Manifests",
        "Observability", "Postgres", "Store", "Time", "TimeZones",
    ],
    "embed-files": [], "EmbedFilesPlugin": [],
]

@Suite struct ModuleTests {
    /// What the sources really import, of our own modules.
    private let imports: [String: Set<String>] = {
        let own = Set(Repository.files.compactMap(\.module))
        return Dictionary(grouping: Repository.sources) { $0.module ?? "" }.mapValues { files in
            Set(
                files.flatMap { file in
                    file.code.compactMap { line in
                        line.text.firstMatch(of: /^\s*(?:@\w+ )?(?:public |internal |package )?import (?:\w+ )?(\w+)/)
                            .map { String($0.1) }
                    }
                }
            ).intersection(own)
        }
    }()

    @Test func eachModuleImportsExactlyWhatTheTableSays() {
        #expect(Set(imports.keys) == Set(arrows.keys))
        for (module, used) in imports { #expect(used == arrows[module], "\(module)") }
    }

    @Test func noArrowLeadsBack() {
        var rest = arrows.mapValues { $0.filter { arrows[$0] != nil } }
        while let free = rest.first(where: { $0.value.isEmpty })?.key {
            rest[free] = nil
            for module in rest.keys { rest[module]?.remove(free) }
        }
        #expect(rest.isEmpty, "these import one another: \(rest.keys.sorted())")
    }

    @Test func eachCLibraryIsBehindOneModule() {
        let libraries = Set(Repository.files.compactMap(\.module)).filter { $0.hasPrefix("C") && arrows[$0] == nil }
        #expect(libraries.count >= 6)
        for library in libraries {
            #expect(imports.filter { $0.value.contains(library) }.count == 1, "\(library)")
        }
    }
}
