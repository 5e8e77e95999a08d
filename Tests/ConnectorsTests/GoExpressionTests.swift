import Testing

@testable import Connectors

@Suite struct GoExpressionTests {
    @Test(arguments: [
        "", #"^v\d+\.\d+$"#, "(?i)rc", "(?i:rc)", "[a-z]+", "[^-a]", "[[:alpha:]]", #"\p{L}\z"#, "(?<name>a)",
        #"[\[\]]"#, "[a-]",
        #"\Q(?P<\E"#, "(a|b)", "a{2,3}", #"[(?P<]"#, "(?!rc)",
    ])
    func isReadAlike(pattern: String) {
        #expect(GoExpression.refusal(of: pattern) == nil)
    }

    @Test(arguments: [
        ("(?P<name>a)", "(?P<name>"), ("(?U)a*", "(?U)"), ("(?iU:a*)", "(?U)"), (#"a\C"#, #"\C"#), (#"\pL"#, #"\pL"#),
        (#"\v"#, #"\v"#), (#"\101"#, #"\1"#), ("[a[b]", "[' within"), ("[a&&b]", "&&"), ("[a--b]", "--"),
        ("[]a]", "']'"),
        (#"[\pL]"#, #"\pL"#),
    ])
    func isRefusedByName(pattern: String, name: String) throws {
        #expect(try #require(GoExpression.refusal(of: pattern)).contains(name))
    }
}
