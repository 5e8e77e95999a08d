import CYAML

/// What the parser meets next, and where.
struct Event {
    enum Kind {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(String, YAMLNode.Style, tag: String?, anchor: String?)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
        case other
    }

    let kind: Kind
    let position: Position

    /// Copies what is used of libyaml's event, which its owner frees.
    init(_ event: yaml_event_t) {
        kind = Kind(event)
        position = Position(event.start_mark)
    }
}

extension Event.Kind {
    fileprivate init(_ event: yaml_event_t) {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_STREAM_END_EVENT: self = .streamEnd
        case YAML_ALIAS_EVENT: self = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT: self = .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
        case YAML_MAPPING_START_EVENT: self = .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            // By its length: a quoted text may hold a NUL.
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let style: YAMLNode.Style = scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
            self = .scalar(value, style, tag: text(scalar.tag), anchor: text(scalar.anchor))
        default: self = .other
        }
    }
}

extension Position {
    init(_ mark: yaml_mark_t) {
        line = Int(mark.line) + 1
        column = Int(mark.column) + 1
    }
}

private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
}
