import Glibc
import ICU
import PostgresTesting
import Testing
import Time
import TimeZones

@testable import gatehouse

/// Files of time zones for ICU to read in the place of its own.
private enum ZoneFile {
    /// ICU's own tools, which its headers' package brings: one writes zones as text, the other makes a file of them.
    static let canBeMade = ["/usr/bin/derb", "/usr/bin/genrb"].allSatisfy { (tool: String) in access(tool, X_OK) == 0 }

    /// The bytes of a file with ICU's own zones, changed in their text form.
    static nonisolated(nonsending) func make(
        in folder: String, _ change: (String) -> String = { $0 }
    ) async throws -> [UInt8] {
        let text = try await Program.call("derb", ["-s", "-", "-d", folder, "zoneinfo64"])
        #expect(text.code == 0, "\(text.errors)")
        let path = folder + "/zoneinfo64.txt"
        write(Array(change(try Files.readText(path, limit: 1 << 20)).utf8), to: path)
        let made = try await Program.call("genrb", ["-q", "-s", folder, "-d", folder, "zoneinfo64.txt"])
        #expect(made.code == 0, "\(made.errors)")
        return try Files.read(folder + "/zoneinfo64.res", limit: 1 << 20)
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else {
            Issue.record("cannot write \(path)")
            return
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}

@Suite("Time zones from elsewhere")
struct ZoneProbeTests {
    /// What the program tells of its zones, and why ICU's must not be used, with these bytes as ICU's file.
    private nonisolated(nonsending) func look(
        at bytes: [UInt8], in folder: String
    ) async throws -> (probe: ChildProcess.End?, version: Program.Outcome, fault: String?) {
        ZoneFile.write(bytes, to: folder + "/zoneinfo64.res")
        let environment = ["ICU_TIMEZONE_FILES_DIR": folder, "SWIFT_BACKTRACE": "enable=no"]
        let child = try ChildProcess(Program.path, ["zones", "probe"], environment: environment)
        try await eventually("the zones were read", within: .seconds(60)) { child.end != nil }
        let version = try await Program.run(["version"], environment: environment)
        let fault = await waiting { ZoneProbe(program: Program.path, limitMilliseconds: 60_000).fault(environment) }
        return (child.end, version, fault)
    }

    @Test("nothing is read ahead where ICU has only its own, and they are trusted")
    func ownZones() async throws {
        let nothing = await waiting { ZoneProbe(program: "/nonexistent").fault(["PATH": "/bin", "ICU_DATA": ""]) }
        #expect(nothing == nil)
        let directory = await waiting { ZoneDirectory.forThisMachine() }
        guard case .trusted = try directory.zone("America/New_York", now: .ofThisMachine()) else {
            Issue.record("\(directory.findings)")
            return
        }
    }

    @Test("a whole file is taken", .enabled(if: ZoneFile.canBeMade, "needs derb and genrb, of icu-devtools"))
    func whole() async throws {
        try await withFolder { folder in
            let bytes = try await ZoneFile.make(in: folder) { text in
                text.replacing(/TZVersion *\{ *"\w+" *\}/, with: "TZVersion { \"2099z\" }")
            }
            let (probe, version, fault) = try await look(at: bytes, in: folder)
            #expect(probe == .exit(0))
            #expect(version.output.contains("tzdata 2099z)"))
            #expect(fault == nil)
        }
    }

    @Test(
        "a file that was cut off ends the process that reads it, but not the program",
        .enabled(if: ZoneFile.canBeMade, "needs derb and genrb, of icu-devtools"))
    func truncated() async throws {
        try await withFolder { folder in
            let bytes = try await ZoneFile.make(in: folder)
            var deaths = 0
            for length in [40, 1_000, 20_000, 40_000, 60_000, 90_000, 120_000, bytes.count - 1_000, bytes.count - 4] {
                let (probe, version, fault) = try await look(at: Array(bytes.prefix(length)), in: folder)
                if case .signal = probe { deaths += 1 }
                #expect(probe != .exit(0), "\(length)")
                #expect(version.code == 0 && version.output.contains("tzdata unknown)"), "\(length)")
                #expect(fault?.hasPrefix("the time zones of ICU_TIMEZONE_FILES_DIR=\(folder) cannot be used: ") == true)
            }
            // Otherwise this would not have tried what it is about. Other versions of ICU may be more careful, and where
            // ThreadSanitizer has laid out the memory, what ICU reads beyond the file is there.
            #if !GATEHOUSE_TSAN
                if ICU.version.hasPrefix("72.") { #expect(deaths > 0) }
            #endif
        }
    }

    @Test("an empty file, garbage and a missing one are refused", arguments: ["empty", "garbage", "zeros", "missing"])
    func garbage(kind: String) async throws {
        try await withFolder { folder in
            let bytes: [UInt8] =
                switch kind {
                case "garbage": (0..<150_000).map { _ in .random(in: .min ... .max) }
                case "zeros": [UInt8](repeating: 0, count: 150_000)
                default: []
                }
            if kind == "missing" { Files.remove(folder + "/zoneinfo64.res") }
            let (probe, version, fault) = try await look(at: bytes, in: folder)
            #expect(probe != .exit(0))
            #expect(version.code == 0 && version.output.contains("tzdata unknown)"))
            #expect(fault?.contains(" cannot be used: ") == true)
        }
    }

    @Test(
        "a file whose New York is a minute off is refused, with what is wrong",
        .enabled(if: ZoneFile.canBeMade, "needs derb and genrb, of icu-devtools"))
    func wrong() async throws {
        try await withFolder { folder in
            // The number is -18000 to this tool.
            let bytes = try await ZoneFile.make(in: folder) { $0.replacing("4294949296", with: "4294949236") }
            let (probe, _, fault) = try await look(at: bytes, in: folder)
            #expect(probe == .exit(1))
            let reason = "New York's clocks were UTC-05:00, ICU says UTC-05:01"
            #expect(fault?.contains(reason) == true, "\(fault ?? "")")
        }
    }

    @Test(
        "a server with a file that was cut off serves, and says that it has no zones",
        .enabled(if: ZoneFile.canBeMade, "needs derb and genrb, of icu-devtools"))
    func server() async throws {
        try await withTurn {
            try await withFolder { folder in
                let bytes = try await ZoneFile.make(in: folder).prefix(40_000)
                ZoneFile.write(Array(bytes), to: folder + "/zoneinfo64.res")
                try await withServiceDatabase { database in
                    let server = try await Gatehouse.start(
                        data: folder + "/data", ["--database", database.serverURL],
                        environment: ["GATEHOUSE_ADMIN_TOKEN": freshSecret(), "ICU_TIMEZONE_FILES_DIR": folder])
                    let answer = try await server.anonymous.get("/version")
                    #expect(answer.status == 200)
                    #expect(answer.text.contains("\"tzdata\":\"unknown\""), "\(answer.text)")
                    try await server.stop()
                }
            }
        }
    }

    @Test("a reader that does not end, cannot be started, says nothing or fails is told from one that read")
    func readers() async throws {
        let environment = ["ICU_DATA": "/somewhere"]
        for (program, arguments, expected) in [
            ("/bin/sleep", ["sleep", "600"], "takes longer than 300 ms"),
            ("/nonexistent", ["x"], "/nonexistent cannot be started (No such file or directory)"),
            ("/bin/true", ["true"], "gave no answer"), ("/bin/sh", ["sh", "-c", "echo no; exit 3"], "used: no; put"),
            ("/bin/sh", ["sh", "-c", "echo ok 2026a; kill -11 $$"], "ended with signal 11"),
        ] {
            let limit: Int64 = program == "/bin/sleep" ? 300 : 60_000
            let fault = await waiting {
                ZoneProbe(program: program, arguments: arguments, limitMilliseconds: limit).fault(environment)
            }
            #expect(fault?.hasPrefix("the time zones of ICU_DATA=/somewhere cannot be used: ") == true)
            #expect(fault?.contains(expected) == true, "\(fault ?? "")")
        }
        let good = await waiting {
            ZoneProbe(program: "/bin/echo", arguments: ["echo", "ok 2026a"]).fault(environment)
        }
        #expect(good == nil)
    }
}
