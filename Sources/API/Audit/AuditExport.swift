import HTTPServer
import Identity
import Ledger
import Observability
import Postgres
import Store

/// The log as it is carried away, line by line, with what proves it: everything, or some events with a proof each.
struct AuditExport: Sendable {
    /// How many events are read at once: fewer where each one is proved.
    private static let batch = (whole: 1_000, part: 100)

    private let header: ExportLine.Header
    /// The leaves asked for.
    private let leaves: Range<Int64>
    private let pool: Pool

    private var size: Int64 { header.checkpoint.checkpoint.size }

    /// Streams the log as it is now, of any size; what is written meanwhile is not in it.
    static func response(_ request: Request, _ caller: Caller, _ service: Service) async throws -> Response {
        guard caller.grant.projects == nil, caller.grant.stages == nil else {
            throw Problem(
                .outOfReach, "the token '\(caller.token.name)' reaches some projects only; an export holds all of them")
        }
        let (asked, kept) = (try request.queryValue("leaves"), try AuditProofs.size("kept", request))
        let export = try await service.pool.withConnection { [pool = service.pool] connection in
            let checkpoint = try AuditProofs.newest(connection).signed
            let size = checkpoint.checkpoint.size
            guard let key = try CheckpointStore.keys(connection).map(\.key).first(where: checkpoint.isSigned) else {
                throw PostgresError.unexpected("the last checkpoint is signed by no key of the log")
            }
            let leaves = try asked.map { (text) throws(Problem) in try range(text, size) } ?? 0..<size
            let growth = try kept.map { try shown(from: $0, to: size, connection) }
            return AuditExport(
                header: .init(checkpoint, key: key, filter: asked.map { "leaves=\($0)" }, growth: growth),
                leaves: leaves, pool: pool)
        }
        let log = service.log
        var response = Response(contentType: "application/x-ndjson") { stream in
            do {
                try await export.write(to: stream)
            } catch is StreamClosed {
            } catch {
                // The end is missing, which whoever verifies it is told.
                log.warning("an export of the log was cut off", ("error", .text(String(reflecting: error))))
            }
        }
        response.headers.append(Header("Cache-Control", "no-store"))
        return response
    }

    private static func range(_ text: String, _ size: Int64) throws(Problem) -> Range<Int64> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < size else {
            throw Problem(
                .badField, "'leaves' is written as 0-99, and the log has \(size) events", field: "leaves")
        }
        return first..<last + 1
    }

    /// That the log goes on from what it was when somebody kept a checkpoint.
    private static func shown(
        from kept: Int64, to size: Int64, _ connection: borrowing Connection
    ) throws -> ExportLine.Growth {
        guard kept <= size else {
            throw Problem(
                .badField, "the log has \(size) events, fewer than when the checkpoint of \(kept) was kept",
                field: "kept")
        }
        let parts = TreeProof.consistency(from: kept, to: size)
        return .init(from: kept, proof: try LeafStore.roots(of: parts, connection))
    }

    private func write(to stream: ResponseStream) async throws {
        try await stream.write(ExportLine.header(header))
        var next = leaves.lowerBound
        while next < leaves.upperBound {
            let range = next..<leaves.upperBound
            let lines = try await pool.withConnection { try self.lines(range, $0) }
            guard lines.count > 0 else { throw PostgresError.unexpected("the log lacks the event of leaf \(next)") }
            next += Int64(lines.count)
            try await stream.write(lines.flatMap(\.self))
        }
    }

    private func lines(_ range: Range<Int64>, _ connection: borrowing Connection) throws -> [[UInt8]] {
        guard header.filter != nil else {
            return try LeafStore.events(in: range, limit: Self.batch.whole, connection).map {
                ExportLine.event(.init(leaf: $0.leaf, evidence: .hash($0.hash), bytes: $0.event))
            }
        }
        let events = try LeafStore.events(in: range, limit: Self.batch.part, connection)
        let proofs = try LeafStore.proofs(of: events.map(\.leaf), size: size, connection)
        return zip(events, proofs).map { event, proof in
            ExportLine.event(.init(leaf: event.leaf, evidence: .proof(proof), bytes: event.event))
        }
    }
}
