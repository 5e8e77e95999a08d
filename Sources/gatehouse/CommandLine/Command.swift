/// A command of the program.
struct Command: Sendable {
    /// Its words: `token create`.
    let name: String
    /// What stands after the name in its help.
    let operands: String
    /// One sentence.
    let summary: String
    /// Its options.
    let options: [CommandOption]
    /// Does it; the result is the program's exit code.
    let run: @Sendable (ParsedArguments, Terminal) throws -> Int32

    /// Its page of help.
    var help: String {
        var text = "\(summary)\n\nUsage: gatehouse \(name)\(operands.isEmpty ? "" : " " + operands)"
        text += options.isEmpty ? "\n" : " [OPTION…]\n\nOptions:\n"
        for option in options {
            text += "  --\(option.name)\(option.placeholder.map { " " + $0 } ?? "")\n      \(option.help)"
            text += option.hasVariable ? " [\(option.variable)]\n" : "\n"
        }
        return text
    }

    /// Every command, in the order of the help.
    static let all: [Command] = [
        .serve, .migrate, .tokenCreate, .tokenList, .tokenRevoke, .whoami, .calendarList, .calendarShow,
        .calendarStatus, .calendarSessions, .calendarLoad, .calendarAdjust, .calendarAdjustments, .calendarApprove,
        .calendarWithdraw, .gate, .schedule, .status, .promote, .waiting, .promotions, .abort, .retry, .result,
        .breakGlassRequest, .breakGlassList, .breakGlassShow, .breakGlassApprove, .breakGlassDeny, .breakGlassRevoke,
        .breakGlassReview, .freightList, .freightShow, .freightRename, .freightApprove, .freightRevoke, .freightReject,
        .freightReinstate, .warehouseList, .warehouseShow, .warehouseRefresh, .check, .apply, .revisions,
        .revisionShow, .approveRevision, .rejectRevision, .freezeStart, .freezeList, .freezeEnd, .disable, .enable,
        .hold, .resume, .inbox, .auditQuery, .auditReport, .auditRecord, .auditExport, .auditVerify, .auditKeygen,
        .version, .help,
    ]

    /// The commands of one group, such as `freight`: those whose names begin with that word and have another.
    static func group(_ word: String) -> [Command] { all.filter { $0.name.hasPrefix(word + " ") } }

    /// What the program runs itself.
    static let inner: [Command] = [.zonesProbe]
}
