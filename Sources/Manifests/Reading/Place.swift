/// Where a value stands, for a finding about it.
struct Place {
    let file: String
    let line: Int
    let column: Int
    let path: String

    /// The place of a field that is not there: that of what should have it.
    func field(_ name: String) -> Place {
        Place(file: file, line: line, column: column, path: path.isEmpty ? name : path + "." + name)
    }

    /// The place as another finding names it.
    var text: String { "\(file):\(line):\(column)" }
}
