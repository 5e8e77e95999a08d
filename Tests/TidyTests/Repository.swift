import Glibc

/// A file of the repository, and where in it things stand.
struct TrackedFile: Sendable {
    let path: String
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The module that a source file belongs to.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The lines as the compiler reads them: without comments.
    var code: [(number: Int, text: String)] {
        lines.enumerated().compactMap { index, line in
            let code =
                line.firstRange(of: "//").map { Self.isInString(line, $0.lowerBound) ? line : line[..<$0.lowerBound] }
                ?? line
            return code.contains { $0 != " " } ? (index + 1, String(code)) : nil
        }
    }

    private static func isInString(_ line: Substring, _ index: Substring.Index) -> Bool {
        !line[..<index].replacing("\\\"", with: "").count { $0 == "\"" }.isMultiple(of: 2)
    }
}

/// Every file that git tracks.
enum Repository {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    static let files: [TrackedFile] = {
        guard let pipe = popen("git -C '\(root)' ls-files -z --cached --others --exclude-standard", "r") else {
            return []
        }
        defer { pclose(pipe) }
        let names = String(decoding: bytes(of: pipe), as: UTF8.self).split(separator: "\0")
        return names.compactMap { name in
            guard let file = fopen("\(root)/\(name)", "r") else { return nil }
            defer { fclose(file) }
            return TrackedFile(path: String(name), bytes: bytes(of: file))
        }
    }()

    /// The Swift files below Sources.
    static let sources = files.filter { $0.isSwift && $0.path.hasPrefix("Sources/") }
    /// The Swift files of the tests.
    static let tests = files.filter { $0.isSwift && $0.path.hasPrefix("Tests/") }

    static func file(_ path: String) -> TrackedFile? { files.first { $0.path == path } }

    private static func bytes(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return bytes
    }
}
