import Foundation
import PackagePlugin

/// Compiles files of the repository into the module that asks for them, so that the binary needs no file beside it.
@main struct EmbedFiles: BuildToolPlugin {
    /// What each module embeds: a folder below the package, and the ending of the files taken from it.
    private static let embedded: [String: (folder: String, ending: String)] = [
        "Store": ("migrations", "sql"),
        "API": ("Sources/API/OpenAPI", "json"),
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let (folder, ending) = Self.embedded[target.name] else { return [] }
        let directory = context.package.directoryURL.appending(path: folder)
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == ending && $0.lastPathComponent != "schema.sql" }
            .sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(folder) in \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }
}
