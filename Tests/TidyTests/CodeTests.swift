import API
import HTTPServer
import Ledger
import Promotions
import Testing

@Suite struct CodeTests {
    /// The rows of the table below a heading of docs/codes.md, as cells.
    private func rows(below heading: String) throws -> [[String]] {
        let file = try #require(Repository.file("docs/codes.md"))
        let section = file.lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        }
    }

    @Test func everyProblemIsExplainedWithItsStatus() throws {
        let rows = try rows(below: "Problems")
        #expect(rows.allSatisfy { $0.count == 4 && !$0[2].isEmpty && !$0[3].isEmpty })
        let documented = rows.map { "\($0[0]) \($0[1])" }
        #expect(documented.sorted() == ProblemCode.all.map { "`\($0.text)` \($0.status)" }.sorted())
    }

    @Test func everyEventIsExplained() throws {
        let rows = try rows(below: "Events")
        #expect(rows.allSatisfy { $0.count == 2 && !$0[1].isEmpty })
        #expect(rows.map { $0[0] }.sorted() == EventCode.allCases.map { "`\($0.rawValue)`" }.sorted())
    }

    @Test func everyGateCodeIsExplainedWithItsVerdict() throws {
        let rows = try rows(below: "Gate codes")
        #expect(rows.allSatisfy { $0.count == 5 && !$0[3].isEmpty && !$0[4].isEmpty })
        let documented = rows.map { "\($0[0]) \($0[1]) \($0[2])" }
        let codes = GateCode.allCases.map { "`\($0.rawValue)` \($0.verdict.rawValue) \($0.isFinal ? "yes" : "no")" }
        #expect(documented.sorted() == codes.sorted())
    }

    @Test func everyEndOfAPromotionIsExplainedWithItsPhase() throws {
        let rows = try rows(below: "Promotions")
        #expect(rows.allSatisfy { $0.count == 4 && !$0[2].isEmpty && !$0[3].isEmpty })
        let documented = rows.map { "\($0[0]) \($0[1])" }
        #expect(documented.sorted() == PromotionCode.allCases.map { "`\($0.rawValue)` \($0.phase.rawValue)" }.sorted())
    }

    @Test func everyRefusalOfARollbackIsAProblem() {
        #expect(Set(Rollback.Refusal.allCases.map(\.rawValue)).isSubset(of: ProblemCode.all.map(\.text)))
    }

    @Test func everyProblemThatIsMadeIsInTheList() throws {
        let made = try Regex(#"ProblemCode\(\s*"([a-z_.]+)""#)
        let inSources = Set(
            Repository.sources.flatMap {
                $0.text.matches(of: made).compactMap { $0.output[1].substring.map(String.init) }
            })
        #expect(inSources == Set(ProblemCode.all.map(\.text)))
        #expect(ProblemCode.all.count == inSources.count)
    }

    @Test func theDescriptionOfTheAPINamesEveryProblemAndNoOther() throws {
        let text = try #require(Repository.file("Sources/API/OpenAPI/openapi.json")).text
        let named = Set(text.matches(of: /`([a-z]+\.[a-z_]+)`/).map { String($0.1) }).subtracting(["admin.token"])
        // Answered to any request: at paths that the description does not have, or to none that came whole.
        let general: Set<String> = ["request.no_such_path", "request.bad_method"]
        #expect(named == Set(ProblemCode.all.map(\.text)).subtracting(general))
    }
}
