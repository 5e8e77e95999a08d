import Foundation

/// `embed-files OUTPUT FILE…` writes a Swift file with every FILE as a string constant.
@main enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first else {
            FileHandle.standardError.write(Data("usage: embed-files OUTPUT FILE...\n".utf8))
            exit(2)
        }
        var source = "// Made by embed-files from the files named below.\n"
        source += "let embeddedFiles: [(name: String, text: String)] = [\n"
        for path in arguments.dropFirst() {
            let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
            let name = URL(fileURLWithPath: path).lastPathComponent
            // Lines are escaped one by one: a raw multi-line literal would end at a `"""#` in the file.
            source += "    (name: \(quoted(name)), text: \(quoted(text))),\n"
        }
        source += "]\n"
        try source.write(toFile: output, atomically: true, encoding: .utf8)
    }

    private static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": literal += "\\\\"
            case "\"": literal += "\\\""
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case "\0": literal += "\\0"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
