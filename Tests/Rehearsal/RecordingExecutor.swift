import Engine
import Glibc
import Promotions
import Time

/// Writes down what it is told, in files that outlast whoever tells it: one for each order, with a line for each time that it
/// was sent; and for each Stage the highest fence that was seen there, below which nothing is taken.
struct RecordingExecutor: Executor {
    let folder: String
    /// How long work takes.
    let workTime: TimeSpan

    func takeOver(_ order: WorkOrder) async throws(WorkError) -> WorkProgress? {
        try atStage(of: order) { () throws(WorkError) in
            lines(of: order).isEmpty ? nil : standing(of: order)
        }
    }

    func send(_ order: WorkOrder) async throws(WorkError) {
        try atStage(of: order) { () throws(WorkError) in
            if outcome == "refused" { throw .refused("it is in nobody's catalogue") }
            append("sent \(MonotonicTime.now().nanoseconds)", to: order)
        }
    }

    func progress(of order: WorkOrder) async throws(WorkError) -> WorkProgress {
        guard !lines(of: order).isEmpty else { throw .unclear("nobody has sent it") }
        return standing(of: order)
    }

    func stop(_ order: WorkOrder) async throws(WorkError) {
        try atStage(of: order) { () throws(WorkError) in append("stopped", to: order) }
    }

    /// A file `outcome` in the folder says how work ends that is not stopped: as `degraded`, `failed`, or well; or that it is
    /// `refused` when it is sent.
    private var outcome: String? { read("\(folder)/outcome").first }

    private func standing(of order: WorkOrder) -> WorkProgress {
        let lines = lines(of: order)
        if lines.contains("stopped") { return .ended(.stopped) }
        let sentAt = lines.first.flatMap { $0.split(separator: " ").last }.flatMap { Int64($0) } ?? 0
        guard MonotonicTime.now().nanoseconds - sentAt >= workTime.microseconds * 1_000 else { return .running }
        switch outcome {
        case "degraded": return .ended(.failed(.degraded), detail: "its pods do not start")
        case "failed": return .ended(.failed(.verificationFailed), detail: "2 of 9 fills differ")
        case "errored": return .ended(.errored, detail: "the cluster went away")
        case "never": return .running
        default: return .ended(.done)
        }
    }

    /// Does something while nobody else does anything for the Stage, if nobody with a higher fence has been there.
    private func atStage<Result>(
        of order: WorkOrder, _ body: () throws(WorkError) -> Result
    ) throws(WorkError) -> Result {
        let path = "\(folder)/fence.\(order.project).\(order.promotion.stage)"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX) == 0 else { throw .unclear("no lock: \(errno)") }
        defer { close(file) }
        guard order.fence >= read(path).first.flatMap({ Int64($0) }) ?? 0 else { throw .fencedOff }
        let text = "\(order.fence)\n"
        guard ftruncate(file, 0) == 0, pwrite(file, text, text.utf8.count, 0) == text.utf8.count else {
            throw .unclear("no fence: \(errno)")
        }
        return try body()
    }

    private func path(of order: WorkOrder) -> String {
        "\(folder)/order.\(order.promotion.id).\(order.work.kind).\(order.number)"
    }

    private func lines(of order: WorkOrder) -> [String] { read(path(of: order)) }

    private func read(_ path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var text: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { text.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func append(_ line: String, to order: WorkOrder) {
        guard let file = fopen(path(of: order), "a") else { return }
        fputs(line + "\n", file)
        fclose(file)
    }
}

/// Work that is done as soon as it is told.
struct InstantExecutor: Executor {
    func takeOver(_ order: WorkOrder) async throws(WorkError) -> WorkProgress? { .ended(.done) }
    func send(_ order: WorkOrder) async throws(WorkError) {}
    func progress(of order: WorkOrder) async throws(WorkError) -> WorkProgress { .ended(.done) }
    func stop(_ order: WorkOrder) async throws(WorkError) {}
}
