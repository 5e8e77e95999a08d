import ICU
import Testing

@Suite struct RegularExpressionTests {
    @Test(arguments: [
        ("^v1", "v1.2", true), ("^v1", "rv1.2", false), ("2$", "v1.2", true),
        ("(?i)RC", "1.0-rc", true), (#"\d+\z"#, "build-17", true), (#"\d+\z"#, "17-build", false),
    ])
    func matchesAnywhere(pattern: String, text: String, isFound: Bool) throws {
        #expect(try RegularExpression(pattern).matches(in: text) == isFound)
    }

    @Test func oneExpressionMatchesTextAfterText() throws {
        let expression = try RegularExpression("^[a-f]+$")
        for _ in 0..<100 {
            #expect(try expression.matches(in: "abcdef"))
            #expect(try !expression.matches(in: "xyz"))
            #expect(try !expression.matches(in: ""))
        }
    }

    @Test func whatCannotBeReadIsToldWithItsPlace() {
        #expect(throws: ICUError.badExpression(code: "U_REGEX_MISMATCHED_PAREN", place: 3)) {
            try RegularExpression("(ab")
        }
        #expect(throws: ICUError.self) { try RegularExpression("") }
        #expect(throws: ICUError.self) { try RegularExpression(String(repeating: "a", count: 1_001)) }
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a*)*b"])
    func whatWouldTakeForEverEnds(pattern: String) throws {
        let text = String(repeating: "a", count: 128) + "!"
        let expression = try RegularExpression(pattern)
        #expect(throws: ICUError.expressionTooSlow) { try expression.matches(in: text) }
        // The next text is matched as if nothing had been.
        #expect(try !expression.matches(in: "?"))
    }
}
