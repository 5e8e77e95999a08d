import CPostgres
import Time

/// The parameters of one execution as libpq wants them: one buffer, and where each value lies in it.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    /// The types to prepare with; 0 is inferred by the server.
    private(set) var types: [Oid] = []

    var count: Int32 { Int32(offsets.count) }

    init(_ parameters: [Parameter]) throws(PostgresError) {
        guard parameters.count <= Int(UInt16.max) else {
            throw PostgresError(.invalidParameter, "\(parameters.count) parameters; the protocol allows 65,535")
        }
        for (index, parameter) in parameters.enumerated() {
            try append(parameter, position: index + 1)
        }
    }

    private mutating func append(_ parameter: Parameter, position: Int) throws(PostgresError) {
        switch parameter {
        case .null:
            offsets.append(nil)
            lengths.append(0)
            formats.append(0)
            types.append(0)
        case .text(let text):
            try Self.refuseNUL(in: text, position: position)
            appendText { $0.append(contentsOf: text.utf8) }
        case .int(let value):
            appendText { $0.append(contentsOf: String(value).utf8) }
        case .bool(let value):
            appendText { $0.append(value ? UInt8(ascii: "t") : UInt8(ascii: "f")) }
        case .texts(let texts):
            for text in texts { try Self.refuseNUL(in: text, position: position) }
            appendText { Self.appendArray(texts, to: &$0) }
        case .ints(let values):
            let literal = values.map(String.init).joined(separator: ",")
            appendText { $0.append(contentsOf: "{\(literal)}".utf8) }
        case .bytes(let value):
            appendBinary(TypeID.bytea) { $0.append(contentsOf: value) }
        case .instant(let instant):
            let (value, overflow) = instant.microseconds.subtractingReportingOverflow(Field.epochMicroseconds)
            guard !overflow, value != .min, value != .max else {
                throw PostgresError(.invalidParameter, "$\(position) is an instant that timestamptz cannot hold")
            }
            appendBinary(TypeID.timestamptz) { buffer in
                withUnsafeBytes(of: value.bigEndian) { buffer.append(contentsOf: $0) }
            }
        }
    }

    private mutating func appendText(_ write: (inout [UInt8]) -> Void) {
        offsets.append(bytes.count)
        write(&bytes)
        bytes.append(0)
        lengths.append(0)
        formats.append(0)
        types.append(0)
    }

    private mutating func appendBinary(_ type: Oid, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        offsets.append(start)
        write(&bytes)
        lengths.append(Int32(clamping: bytes.count - start))
        formats.append(1)
        types.append(type)
        bytes.append(0)
    }

    /// libpq takes text as a C string and would cut it there in silence.
    private static func refuseNUL(in text: String, position: Int) throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw PostgresError(.invalidParameter, "$\(position) contains NUL, which PostgreSQL's text cannot hold")
        }
    }

    private static func appendArray(_ texts: [String], to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "{"))
        for (index, text) in texts.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            buffer.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { buffer.append(UInt8(ascii: "\\")) }
                buffer.append(byte)
            }
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.append(UInt8(ascii: "}"))
    }

    /// Lends the values, lengths and formats to a call of libpq.
    func withPointers<R>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>, UnsafePointer<Int32>) -> R
    ) -> R {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: offsets.count) { values in
                for (index, offset) in offsets.enumerated() {
                    values.initializeElement(at: index, to: offset.flatMap { start?.advanced(by: $0) })
                }
                return lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        guard let lengths = lengths.baseAddress, let formats = formats.baseAddress else {
                            var none: Int32 = 0
                            return body(nil, &none, &none)
                        }
                        return body(UnsafePointer(values.baseAddress), lengths, formats)
                    }
                }
            }
        }
    }
}
