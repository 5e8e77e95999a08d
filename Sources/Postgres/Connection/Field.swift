import CPostgres
import Time

/// One value in the server's binary form. Each property is nil when the type or the bytes are not what it reads.
struct Field {
    /// 2000-01-01T00:00:00Z, from where PostgreSQL counts.
    static let epochMicroseconds: Int64 = 946_684_800_000_000

    let type: Oid
    let bytes: UnsafeRawBufferPointer

    var integer: Int64? {
        switch (type, bytes.count) {
        case (TypeID.int8, 8): load(Int64.self)
        case (TypeID.int4, 4): load(Int32.self).map(Int64.init)
        case (TypeID.int2, 2): load(Int16.self).map(Int64.init)
        case (TypeID.oid, 4): load(UInt32.self).map(Int64.init)
        case (TypeID.xid8, 8): load(UInt64.self).flatMap(Int64.init(exactly:))
        default: nil
        }
    }

    var double: Double? {
        switch (type, bytes.count) {
        case (TypeID.float8, 8): load(UInt64.self).map(Double.init(bitPattern:))
        case (TypeID.float4, 4): load(UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }

    var boolean: Bool? {
        type == TypeID.bool && bytes.count == 1 ? bytes[0] != 0 : nil
    }

    var byteArray: [UInt8]? {
        type == TypeID.bytea ? Array(bytes) : nil
    }

    /// ±infinity is refused: an `Instant` cannot say it, and a far year would be a lie.
    var instant: Instant? {
        guard type == TypeID.timestamptz, bytes.count == 8, let value = load(Int64.self), value != .min, value != .max
        else { return nil }
        let (microseconds, overflow) = value.addingReportingOverflow(Self.epochMicroseconds)
        return overflow ? nil : Instant(microseconds: microseconds)
    }

    var text: String? {
        switch type {
        case TypeID.text, TypeID.varchar, TypeID.name, TypeID.bpchar, TypeID.json, TypeID.unknown:
            Self.utf8(bytes)
        case TypeID.jsonb:
            bytes.first == 1 ? Self.utf8(UnsafeRawBufferPointer(rebasing: bytes.dropFirst())) : nil
        case TypeID.uuid:
            bytes.count == 16 ? Self.uuid(bytes) : nil
        case TypeID.firstOfSchema...:
            Self.utf8(bytes)
        default: nil
        }
    }

    /// The elements of a one-dimensional array: dimensions, flags, element type, length, lower bound, then the values.
    func elements<Element>(_ read: (Field) -> Element?) -> [Element]? {
        guard bytes.count >= 12, let dimensions = load(Int32.self), let element = load(UInt32.self, at: 8) else {
            return nil
        }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = load(Int32.self, at: 12), count >= 0 else { return nil }
        var result: [Element] = []
        result.reserveCapacity(min(Int(count), bytes.count / 4))
        var offset = 20
        for _ in 0..<count {
            guard let length = load(Int32.self, at: offset), length >= 0, offset + 4 + Int(length) <= bytes.count else {
                return nil
            }
            let slice = bytes[(offset + 4)..<(offset + 4 + Int(length))]
            guard let value = read(Field(type: element, bytes: UnsafeRawBufferPointer(rebasing: slice))) else {
                return nil
            }
            result.append(value)
            offset += 4 + Int(length)
        }
        return result
    }

    private func load<Value: FixedWidthInteger>(_: Value.Type, at offset: Int = 0) -> Value? {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= bytes.count else { return nil }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// NUL marks the binary form of something that is not text, such as a row.
    private static func utf8(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func uuid(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
