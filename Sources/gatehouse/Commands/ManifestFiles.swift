import JSON
import Manifests

/// The manifests that a command is given, each file under its name.
struct ManifestFiles {
    private static let limit = 1 << 20

    let files: [(name: String, bytes: [UInt8])]
    /// The project that is meant.
    let project: String

    init(_ arguments: ParsedArguments) throws {
        guard !arguments.operands.isEmpty else {
            throw UsageError(description: "which manifests? name their files")
        }
        files = try arguments.operands.flatMap(Self.paths).map {
            (name: $0, bytes: try Files.read($0, limit: Self.limit))
        }
        project = arguments.value("project") ?? ManifestSet.project(of: files) ?? "project"
    }

    /// The file of that name; of a folder, the manifests that are in it, but not those of folders in it.
    private static func paths(_ operand: String) throws(UsageError) -> [String] {
        guard let names = Files.names(inFolder: operand) else { return [operand] }
        let manifests = names.filter { name in
            !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
        }
        guard !manifests.isEmpty else {
            throw UsageError(description: "the folder \(operand) has no file that ends in .yaml, .yml or .json")
        }
        return manifests.map { operand + (operand.hasSuffix("/") ? "" : "/") + $0 }
    }

    static let project = CommandOption(
        "project", "NAME", "The project; that of the ProjectPolicy if nothing is said.", hasVariable: false)

    /// All of them as one text of several documents.
    var joined: [UInt8] {
        Array(files.map { Self.lines(of: $0.bytes) }.joined(separator: Array("---\n".utf8)))
    }

    /// Where a line of the joined text stands: its file, and the line there.
    func place(ofLine line: Int) -> (file: String, line: Int) {
        var first = 1
        for file in files {
            let count = Self.lines(of: file.bytes).count { $0 == UInt8(ascii: "\n") }
            // The separator belongs to the file before it.
            if line <= first + count || file.name == files.last?.name { return (file.name, line - first + 1) }
            first += count + 1
        }
        return ("manifests", line)
    }

    /// A finding of the server about the joined text, in one line.
    func told(_ finding: JSONValue, as kind: String) -> String {
        let place = place(ofLine: finding["line"]?.integer.map { Int($0) } ?? 1)
        let field = finding["path"]?.string.map { $0 + ": " } ?? ""
        let hint = finding["hint"]?.string.map { "; " + $0 } ?? ""
        return "\(place.file):\(place.line):\(finding["column"]?.integer ?? 1): \(kind): \(field)"
            + "\(finding["message"]?.string ?? "")\(hint)"
    }

    private static func lines(of bytes: [UInt8]) -> [UInt8] {
        bytes.last == UInt8(ascii: "\n") || bytes.isEmpty ? bytes : bytes + [UInt8(ascii: "\n")]
    }
}
