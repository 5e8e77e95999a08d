/// The description of the API that came with this program.
enum OpenAPIDocument {
    static let bytes = Array((embeddedFiles.first { $0.name == "openapi.json" }?.text ?? "{}").utf8)
}
