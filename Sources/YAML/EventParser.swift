import CYAML

/// The owner of a libyaml parser over bytes that outlive it.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeBufferPointer<UInt8>

    /// Starts at the first of some bytes, which must stay where they are for the parser's life.
    init(_ input: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        self.input = input
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(.syntax("there is no memory left"), at: Position(line: 1, column: 1))
        }
        // Said beforehand: libyaml would otherwise take a byte order mark's word for UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event. Not to be called again after an error.
    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        return Event(event)
    }

    private var failure: YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "there is no memory left"
        // The reader, which comes before lines are counted, tells only a byte's number.
        let position =
            parser.pointee.error == YAML_READER_ERROR
            ? Position(ofByte: Int(parser.pointee.problem_offset), in: input)
            : Position(parser.pointee.problem_mark)
        return YAMLError(position.isIndentingTab(in: input) ? .tabIndents : .syntax(problem), at: position)
    }
}

extension Position {
    /// Where a byte is.
    init(ofByte offset: Int, in bytes: some Collection<UInt8>) {
        let before = bytes.prefix(offset)
        let newline = UInt8(ascii: "\n")
        line = before.count { $0 == newline } + 1
        // Characters begin with any byte but 10xxxxxx.
        column = before.reversed().prefix { $0 != newline }.count { $0 & 0xC0 != 0x80 } + 1
    }

    /// Whether a tab is here, with nothing but blanks before it on its line.
    func isIndentingTab(in bytes: some Collection<UInt8>) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count, let text = lines.dropFirst(line - 1).first else { return false }
        let indentation = text.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return indentation.dropFirst(column - 1).first == UInt8(ascii: "\t")
    }
}
