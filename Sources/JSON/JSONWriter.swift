/// Writes JSON straight into bytes: no tree, members in the order in which they are written.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// A writer with room for a usual answer.
    public init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// Begins an object, as a value.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Ends the object begun last.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Begins an array, as a value.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Ends the array begun last.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a member's name; its value must follow. A name that stands in the program needs no escaping: it is written
    /// as it is.
    public mutating func name(_ name: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's name that is not known before; its value must follow.
    public mutating func name(given name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    public mutating func value(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// Writes a string of at most so many bytes, none of which needs escaping: what is made of digits and signs needs no
    /// text of its own on its way here.
    public mutating func value(plain count: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: count + 3) { place in
            if needsComma { place.append(UInt8(ascii: ",")) }
            place.append(UInt8(ascii: "\""))
            write(&place)
            place.append(UInt8(ascii: "\""))
        }
        needsComma = true
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int64) {
        separate()
        appendDigits(of: number)
        needsComma = true
    }

    /// Writes a truth value.
    public mutating func value(_ truth: Bool) {
        separate()
        append(truth ? "true" : "false")
        needsComma = true
    }

    /// Writes a document made elsewhere, as it is.
    public mutating func value(_ document: JSONValue) {
        switch document {
        case .null: raw("null")
        case .bool(let truth): value(truth)
        case .integer(let number): value(number)
        case .number(let text): raw(text)
        case .string(let text): value(text)
        case .array(let elements):
            beginArray()
            for element in elements { value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(given: member.name)
                value(member.value)
            }
            endObject()
        }
    }

    /// Writes a member with a string; nothing where there is none, since absent is never `null`.
    public mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        value(text)
    }

    /// Writes a member with a whole number; nothing where there is none.
    public mutating func member(_ name: StaticString, _ number: Int64?) {
        guard let number else { return }
        self.name(name)
        value(number)
    }

    /// Writes a member with a truth value.
    public mutating func member(_ name: StaticString, _ truth: Bool) {
        self.name(name)
        value(truth)
    }

    /// Writes a member with an array of strings.
    public mutating func member(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { value(text) }
        endArray()
    }

    /// Writes an array of objects, each by `body`.
    @inlinable public mutating func member<Element>(
        _ name: StaticString, _ elements: [Element], _ body: (Element, inout JSONWriter) -> Void
    ) {
        self.name(name)
        beginArray()
        for element in elements {
            beginObject()
            body(element, &self)
            endObject()
        }
        endArray()
    }

    /// The bytes of one object, whose members `body` writes.
    public static func object(capacity: Int = 512, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return writer.bytes
    }

    /// The bytes of an object that was written before, with more members at its end.
    public static func object(_ written: [UInt8], with members: [JSONValue.Member]) -> [UInt8] {
        guard let end = written.lastIndex(of: UInt8(ascii: "}")) else { return written }
        var writer = JSONWriter(capacity: written.count + 32 * members.count)
        writer.bytes += written[..<end]
        // Only an object without members has no colon.
        writer.needsComma = written.contains(UInt8(ascii: ":"))
        for member in members {
            writer.name(given: member.name)
            writer.value(member.value)
        }
        writer.endObject()
        return writer.bytes
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendDigits(of number: Int64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = number.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        bytes.append(addingCapacity: 20) { place in
            if number < 0 { place.append(UInt8(ascii: "-")) }
            for index in first..<20 { place.append(digits[index]) }
        }
    }

    /// Writes bytes that stand in the program.
    private mutating func append(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let count = text.utf8.count
        let plain = unsafe text.utf8Span.span.withUnsafeBufferPointer { given in
            // Copied as a block: byte by byte it would be most of an answer's cost.
            let plain = unsafe Self.plainPrefix(UnsafeRawBufferPointer(given))
            unsafe bytes.append(contentsOf: given[..<plain])
            return plain
        }
        if plain < count { escape(text.utf8.dropFirst(plain)) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// How many bytes come before the first that must be escaped: controls, quotes and backslashes.
    private static func plainPrefix(_ text: UnsafeRawBufferPointer) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var index = 0
        // Eight bytes at a time: a byte below a bound borrows in the subtraction, and sets its highest bit.
        while index + 8 <= text.count {
            let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let control = (word &- ones &* 0x20) & ~word
            let found = (control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & highs
            if found != 0 { break }
            index += 8
        }
        while index < text.count {
            let byte = unsafe text[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return index }
            index += 1
        }
        return index
    }

    private mutating func escape(_ text: Substring.UTF8View) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x20...: bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            default:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
    }
}
