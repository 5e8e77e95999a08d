import Engine
import HTTPClient
import Ledger
import Observability
import Time

/// Sends what the log is, signed, to where neither this server nor its database can alter it: at the start and each hour.
struct CheckpointSender: Sendable {
    private enum Target: Sendable {
        case file(String)
        case url(String, HTTPClient)
    }

    private let target: Target

    /// A sender to a file, or to a URL that takes a POST.
    init(_ text: String, isDrill: Bool) throws(UsageError) {
        guard text.contains("://") else {
            target = .file(text)
            return
        }
        let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
            text.hasPrefix(start) && ":/".contains(text.dropFirst(start.count).first ?? "/")
        }
        guard text.hasPrefix("https://") || loopback else {
            throw UsageError(description: "--checkpoint-to is a file, an https:// URL, or one of this machine")
        }
        guard loopback || !isDrill else { throw UsageError(description: "a drill sends no checkpoints elsewhere") }
        target = .url(text, HTTPClient(HTTPClientConfiguration(userAgent: "gatehouse/\(Program.version)")))
    }

    /// Sends until the task is cancelled.
    func run(_ sealer: Sealer, _ log: Log) async {
        while !Task.isCancelled {
            var pause = Duration.seconds(1)
            let (checkpoint, isRolledBack) = sealer.known
            if let checkpoint, !isRolledBack {
                do {
                    try await send(KeptCheckpoint(checkpoint, seenAt: .ofThisMachine()))
                    pause = .seconds(3_600)
                } catch {
                    log.warning(
                        "a checkpoint of the audit log could not be sent and will be", ("error", .text("\(error)")))
                    pause = .seconds(60)
                }
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
        }
    }

    private func send(_ kept: KeptCheckpoint) async throws {
        switch target {
        case .file(let path): try Files.append(kept.text + "\n", to: path)
        case .url(let url, let client):
            let answer = try await client.send(
                HTTPClientRequest(
                    method: "POST", url: url, headers: [("Content-Type", "text/plain; charset=utf-8")],
                    body: Array(kept.signed.note.utf8), timeoutMilliseconds: 30_000, maximumBodyBytes: 64 * 1_024))
            guard (200...299).contains(answer.status) else {
                throw Files.Failure(description: "the receiver answered \(answer.status)")
            }
        }
    }
}
