/// What a scalar means.
public enum YAMLScalar: Equatable, Sendable {
    /// Nothing: `null`, `~` or no text at all.
    case null

    /// True or false.
    case bool(Bool)

    /// A whole number.
    case int(Int64)

    /// Any other number, as written but without underscores.
    case float(String)

    /// A text.
    case string(String)
}

extension YAMLNode {
    /// What a scalar means; nil for a list or a mapping.
    ///
    /// A scalar without quotes means what Kubernetes takes it for (sigs.k8s.io/yaml, YAML 1.1): besides the words and
    /// numbers of YAML 1.2's core schema, `yes`, `no`, `on`, `off`, `y` and `n` are booleans, a number with a leading
    /// zero is octal, and underscores in numbers are ignored. Dates are strings. A whole number too large for 64 bits
    /// is a float. A scalar whose tag is not of the core schema, or does not fit its text, is a string.
    public var resolved: YAMLScalar? {
        guard case .scalar(let text, let style, let tag) = kind else { return nil }
        guard let tag else { return style == .plain ? YAMLScalar(plain: text) : .string(text) }
        return YAMLScalar(text, tag: tag)
    }
}

extension YAMLScalar {
    fileprivate init(_ text: String, tag: String) {
        let plain = YAMLScalar(plain: text)
        switch (tag, plain) {
        case ("tag:yaml.org,2002:null", .null), ("tag:yaml.org,2002:bool", .bool), ("tag:yaml.org,2002:int", .int),
            ("tag:yaml.org,2002:float", .float):
            self = plain
        case ("tag:yaml.org,2002:float", .int):
            self = .float(text.filter { $0 != "_" })
        default:
            self = .string(text)
        }
    }

    init(plain text: String) {
        self = Self.word(text) ?? Self.number(text) ?? .string(text)
    }

    private static func word(_ text: String) -> YAMLScalar? {
        switch text {
        case "", "~", "null", "Null", "NULL":
            .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON":
            .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF":
            .bool(false)
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
            .float(text)
        default:
            nil
        }
    }
}
