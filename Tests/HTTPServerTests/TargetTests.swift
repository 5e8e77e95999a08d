import Testing

@testable import HTTPServer

/// What an `Idempotency-Key` is bound to: one target has one list of parts, and no other target has it.
@Suite struct TargetParts {
    @Test(arguments: [
        ("/v1/tokens/abc", "/v1/tokens/%61b%63"), ("/a%2fb", "/%61%2Fb"), ("/a?b=c+d", "/a?%62=c%20d"),
    ])
    func areTheSameHoweverTheTargetIsWritten(one: String, other: String) throws {
        #expect(try RequestTarget(one).parts == RequestTarget(other).parts)
    }

    @Test(arguments: [
        ("/a/b", "/a%2Fb"), ("/a", "/a/"), ("/a/b/c", "/a?b=c"), ("/a?b=c", "/a%3Fb=c"), ("/a?b=c&d=e", "/a?b=c%26d=e"),
        ("/a?b=c", "/a?c=b"), ("/ab", "/aB"),
    ])
    func differWhereTargetsDiffer(one: String, other: String) throws {
        #expect(try RequestTarget(one).parts != RequestTarget(other).parts)
    }
}
