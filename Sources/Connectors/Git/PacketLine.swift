/// Git's pkt-lines: four hexadecimal digits of length, themselves counted, and then the line.
enum PacketLine: Equatable {
    /// A line, without the line break at its end.
    case line([UInt8])
    /// The end of a message (`0000`).
    case flush
    /// The end of a section (`0001`).
    case delimiter
    /// The end of an answer to a stateless request (`0002`).
    case end

    /// Why bytes are no pkt-lines.
    struct ParseError: Error, Equatable {
        let description: String
    }

    /// The most that a line may have, its four digits included.
    static let maximumLength = 65_520

    /// All lines of an answer.
    static func read(_ bytes: [UInt8]) throws(ParseError) -> [PacketLine] {
        var lines: [PacketLine] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw ParseError(description: "it ends within a line's length.") }
            let length = try length(rest.prefix(4))
            switch length {
            case 0: lines.append(.flush)
            case 1: lines.append(.delimiter)
            case 2: lines.append(.end)
            case 4...maximumLength:
                guard rest.count >= length else { throw ParseError(description: "it ends within a line.") }
                var line = rest.dropFirst(4).prefix(length - 4)
                if line.last == UInt8(ascii: "\n") { line.removeLast() }
                lines.append(.line(Array(line)))
            default: throw ParseError(description: "a line's length is none.")
            }
            rest = rest.dropFirst(max(length, 4))
        }
        return lines
    }

    private static func length(_ digits: ArraySlice<UInt8>) throws(ParseError) -> Int {
        var length = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: length = length << 4 | Int(digit - 0x30)
            case 0x61...0x66: length = length << 4 | Int(digit - 0x61 + 10)
            case 0x41...0x46: length = length << 4 | Int(digit - 0x41 + 10)
            default: throw ParseError(description: "a line's length is no hexadecimal number.")
            }
        }
        return length
    }

    /// The line as it is sent. It must be shorter than a line may be, as all that is sent here is.
    var bytes: [UInt8] {
        switch self {
        case .flush: return Array("0000".utf8)
        case .delimiter: return Array("0001".utf8)
        case .end: return Array("0002".utf8)
        case .line(let line):
            let digits = String(line.count + 5, radix: 16)
            return Array((String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits).utf8) + line + [0x0A]
        }
    }
}
