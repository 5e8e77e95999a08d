import CSV
import Testing

@Suite struct CSVTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
        ("a\r\nb", "\"a\r\nb\""),
        ("a;b", "\"a;b\""), ("a\tb", "\"a\tb\""), ("\"\u{301}", "\"\"\"\u{301}\""),
    ])
    func aFieldIsQuotedWhereItHasToBe(_ text: String, _ written: String) {
        #expect(CSVText.row([text, nil]) == written + ",\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|cmd"])
    func whatASpreadsheetWouldComputeIsText(_ text: String) {
        let row = CSVText.row([text])
        #expect(row.hasPrefix("'") || row.hasPrefix("\"'"), "\(row)")
        #expect(row.contains(text))
        #expect(CSVText.row(["a" + text]).contains("'") == false)
    }
}
