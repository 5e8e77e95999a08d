import Crypto
import HTTPServer
import JSON
import Ledger
import Manifests
import Postgres
import Promotions
import Store
import Time

/// What comes of new manifests, as the database stands: decided here, and then either only told or done.
struct ManifestChange: Sendable {
    let project: String
    let body: ManifestBody
    /// The revision that the manifests are, or become.
    let number: Int64
    let state: RevisionStore.Row.State
    /// Nothing where they are a revision already.
    let diff: ManifestDiff?
    /// How many others must agree.
    let approvals: Int
    /// A revision that waits, and will not any more.
    let superseded: Int64?

    /// Compares the manifests with the revision in force and the one that waits.
    init(
        _ body: ManifestBody, of project: String, _ precondition: Precondition, _ connection: borrowing Connection
    ) throws {
        let current = try RevisionStore.current(of: project, connection)
        let pending = try RevisionStore.pending(of: project, connection)
        try precondition.check(tag: current.map { $0.tag })
        (self.project, self.body) = (project, body)
        if let pending, pending.hash == body.hash {
            (number, state, diff) = (pending.number, .pending, nil)
            (approvals, superseded) = (pending.approvals, nil)
            return
        }
        superseded = body.supersedes ? pending?.number : nil
        if let current, current.hash == body.hash {
            (number, state, diff, approvals) = (current.number, .active, nil, 0)
            return
        }
        if let pending, !body.supersedes {
            throw Problem(
                .revisionPending, "revision \(pending.number) of '\(project)' waits for others to agree",
                hint: "approve or reject it, or add ?supersede=true to put these manifests in its place")
        }
        let old = try current.map { try $0.manifests(connection) }
        let diff = ManifestDiff(from: old, to: body.set)
        // The stricter of the two: nobody lowers it on their own. Before the first revision nothing is asked.
        let needed = old.map { max($0.projectPolicy.changeApprovals, body.set.projectPolicy.changeApprovals) } ?? 0
        approvals = diff.loosens ? needed : 0
        number = try RevisionStore.lastNumber(of: project, connection) + 1
        state = approvals > 0 ? .pending : .active
        self.diff = diff
    }

    /// Does it, and writes down who did.
    func carryOut(_ writer: RevisionWriter, _ connection: borrowing Connection) throws {
        if let superseded {
            try writer.reject(superseded, because: "revision \(number) was written in its place", connection)
        }
        guard let diff else { return }
        try RevisionStore.add(
            .init(
                project: project, number: number, document: body.document, hash: body.hash, diff: diff.json.text,
                reason: body.reason, loosens: diff.loosens, approvals: approvals),
            by: writer.caller.token, at: writer.now, connection)
        if state == .pending {
            try writer.append(.revisionPending, number, reason: body.reason, connection)
        } else {
            try writer.putInForce(number, reason: body.reason, connection)
        }
    }

    /// 202 while others must agree.
    var status: Int { state == .pending && !body.isDryRun ? 202 : 200 }

    func answer(epoch: Int64) -> [UInt8] {
        JSONWriter.object(capacity: 2_048) { json in
            json.member("project", project)
            json.member("revision", number)
            json.member("state", state.rawValue)
            json.member("hash", Hex.encode(body.hash))
            json.member("changed", diff != nil)
            json.member("loosens", diff?.loosens ?? false)
            if state == .pending { json.member("approvalsRequired", Int64(approvals)) }
            json.member("superseded", superseded)
            json.name("diff")
            json.value(diff?.json ?? .array([]))
            json.name("warnings")
            json.value(.array(body.warnings.map(\.json)))
            json.member("epoch", epoch)
            if body.isDryRun { json.member("dryRun", true) }
        }
    }
}

extension RevisionStore.Row {
    /// The entity tag of a project's manifests while this revision is in force.
    var tag: String { "\"\(number)\"" }

    /// What it says.
    func manifests(_ connection: borrowing Connection) throws -> ManifestSet {
        guard let content = try RevisionStore.content(of: number, of: project, connection) else {
            throw PostgresError.unexpected("a revision has no content")
        }
        return try ManifestSet(stored: content.document)
    }
}
