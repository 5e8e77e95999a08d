// swift-tools-version: 6.2
import PackageDescription

// One table of settings: `pure` modules may not touch a pointer, `wrapper` modules exist to do so.
let language: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let pure: [SwiftSetting] = language + [.strictMemorySafety()]
let wrapper: [SwiftSetting] = language

/// A C library: its headers, and the few functions that its macros and varargs hide from Swift.
func library(_ name: String, links libraries: String...) -> Target {
    .target(name: name, linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// A Swift module and its tests' target, which share a name and a kind.
func module(_ name: String, _ settings: [SwiftSetting], uses dependencies: [String] = [], embeds: Bool = false)
    -> Target
{
    .target(
        name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: [],
        swiftSettings: settings, plugins: embeds ? ["EmbedFiles"] : [])
}

func tests(_ name: String, uses dependencies: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: ([name] + dependencies).map { .byName(name: $0) }, swiftSettings: language)
}

let package = Package(
    name: "gatehouse",
    products: [.executable(name: "gatehouse", targets: ["gatehouse"])],
    targets: [
        // C libraries, each imported by exactly one Swift module.
        library("CMicroHTTPD", links: "microhttpd", "gnutls"),
        library("CPostgres", links: "pq"),
        library("CICU", links: "icuuc", "icui18n"),
        library("CCurl", links: "curl"),
        library("CYAML", links: "yaml"),
        library("CGnuTLS", links: "gnutls"),

        // Libraries: they know nothing of releases.
        module("Locks", wrapper),
        module("Time", pure),
        module("JSON", pure),
        module("CSV", pure),
        module("Crypto", wrapper, uses: ["CGnuTLS"]),
        module("ICU", wrapper, uses: ["CICU"]),
        module("YAML", wrapper, uses: ["CYAML"]),
        module("HTTPClient", wrapper, uses: ["CCurl", "Locks", "Time"]),
        module("Observability", wrapper, uses: ["Locks", "JSON", "Time"]),
        module("HTTPServer", wrapper, uses: ["CMicroHTTPD", "Locks", "JSON", "Time"]),
        module("Postgres", wrapper, uses: ["CPostgres", "Locks", "Time"]),

        // Throw-away databases for the tests of everything above PostgreSQL.
        module("PostgresTesting", wrapper, uses: ["Postgres", "Locks"]),

        // Random numbers of tests, which a seed repeats.
        module("SeededTesting", pure),

        // Time in the world: zones, exchanges, windows.
        module("TimeZones", pure, uses: ["ICU", "Locks", "Time"]),
        module("Calendars", pure, uses: ["TimeZones", "Time", "JSON", "CSV"]),
        // Releases: what a decision is made of, and how it is made.
        module("Promotions", pure, uses: ["Calendars", "Crypto", "TimeZones", "Time"]),
        // Policies as people write them.
        module("Manifests", pure, uses: ["YAML", "ICU", "JSON", "Promotions", "Calendars", "TimeZones", "Time"]),

        // What a Warehouse asks of the world: registries and git.
        module(
            "Connectors", pure, uses: ["HTTPClient", "ICU", "Crypto", "JSON", "Locks", "Promotions", "Time"]),

        // Registries, real and faulty, and a real git server for the tests of everything above them.
        module("RegistryTesting", wrapper, uses: ["Connectors", "HTTPClient", "JSON", "Locks"]),

        // The service.
        module("Identity", pure, uses: ["ICU", "Crypto", "Time"]),
        module("Ledger", pure, uses: ["Crypto", "JSON", "Time"]),
        module(
            "Store", pure, uses: ["Postgres", "Identity", "Ledger", "Promotions", "Time", "JSON", "Crypto"],
            embeds: true),
        module(
            "Engine", pure,
            uses: [
                "Store", "Postgres", "Identity", "Ledger", "Crypto", "Locks", "Time", "Observability", "Promotions",
                "Manifests", "Calendars", "TimeZones", "JSON", "Connectors",
            ]),
        module(
            "API", pure,
            uses: [
                "Engine", "Store", "Postgres", "HTTPServer", "Identity", "Ledger", "Crypto", "JSON", "Locks", "Time",
                "Observability", "Promotions", "Manifests", "Calendars", "TimeZones", "Connectors", "CSV",
            ],
            embeds: true),
        .executableTarget(
            name: "gatehouse",
            dependencies: [
                "API", "Crypto", "Engine", "Store", "Postgres", "HTTPServer", "HTTPClient", "Identity", "ICU", "JSON",
                "Ledger", "Time", "TimeZones", "Manifests", "Promotions", "Calendars",
                "Observability", "Locks", "Connectors",
            ],
            swiftSettings: wrapper),

        // What decides, measured without a server.
        .executableTarget(
            name: "measure", dependencies: ["Promotions", "Calendars", "TimeZones", "Time"], path: "bench/measure",
            swiftSettings: language),

        // A server that lets releases on for whoever asks, and does nothing else: beside a real one it shows in tests that
        // no act goes by what held before a change.
        .executableTarget(
            name: "replica",
            dependencies: ["Engine", "HTTPServer", "JSON", "Postgres", "Promotions", "TimeZones", "Time", "Store"],
            path: "Tests/Replica", swiftSettings: language),

        // A server like any other whose deployer only writes down what it is told, and that dies where it is told.
        .executableTarget(
            name: "rehearsal",
            dependencies: [
                "API", "Connectors", "Engine", "HTTPClient", "HTTPServer", "Observability", "Postgres", "Promotions",
                "Store", "Time", "TimeZones",
            ],
            path: "Tests/Rehearsal", swiftSettings: language),

        // Files of the repository, compiled into the binary.
        .executableTarget(name: "embed-files", swiftSettings: language),
        .plugin(
            name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"],
            path: "Sources/EmbedFilesPlugin"),

        tests("Locks"), tests("Time"), tests("JSON"), tests("CSV"), tests("Crypto"), tests("ICU"),
        tests("YAML", uses: ["SeededTesting"]),
        tests("HTTPClient", uses: ["Locks"]),
        tests("HTTPServer", uses: ["Time", "JSON"]), tests("Postgres", uses: ["PostgresTesting", "Locks", "Time"]),
        tests("TimeZones", uses: ["ICU", "Locks", "SeededTesting", "Time"]),
        tests("Calendars", uses: ["TimeZones", "Time", "JSON", "Crypto", "SeededTesting"]),
        tests("Promotions", uses: ["Calendars", "SeededTesting", "TimeZones", "Time"]),
        tests("Manifests", uses: ["JSON", "Promotions", "Calendars", "SeededTesting", "TimeZones", "Time"]),
        tests(
            "Connectors",
            uses: ["HTTPClient", "JSON", "Locks", "Promotions", "RegistryTesting", "SeededTesting", "Time"]),
        tests("Identity", uses: ["SeededTesting", "Time"]),
        tests("Ledger", uses: ["Crypto", "JSON", "SeededTesting", "Time"]),
        tests(
            "Store",
            uses: ["Identity", "Ledger", "Locks", "Postgres", "PostgresTesting", "Promotions", "SeededTesting", "Time"]),
        tests(
            "Engine",
            uses: [
                "Connectors", "Crypto", "HTTPClient", "JSON", "Ledger", "Postgres", "Promotions", "Store", "Time",
                "TimeZones",
            ]),

        // The program from outside, and the repository itself.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "gatehouse", "rehearsal", "API", "Connectors", "Crypto", "Engine", "HTTPClient", "HTTPServer", "ICU",
                "Identity", "JSON", "Locks", "Observability", "TimeZones", "Promotions", "Calendars", "Postgres",
                "PostgresTesting", "RegistryTesting", "Store", "Time",
            ],
            swiftSettings: language),
        .testTarget(
            name: "TidyTests", dependencies: ["API", "HTTPServer", "Ledger", "Promotions", "Time"],
            swiftSettings: language),
    ]
)
