import Manifests

extension NotificationReceivers {
    /// What a file may say by mistake: nobody is told of anything, or somebody of a project that there can never be.
    public var doubts: [String] {
        guard !all.isEmpty else { return ["there are no receivers: nobody is told of anything"] }
        return named { $0.wholeMatch(of: /[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?/) == nil }.map { receiver, project in
            "'\(receiver)' is told of '\(project)', and no project can have that name"
        }
    }

    /// What may be meant for a project whose manifests are at hand, and is written otherwise.
    public func doubts(about project: String) -> [String] {
        named { $0 != project && nearest(to: $0, among: [project]) != nil }.map { receiver, other in
            "'\(receiver)' is told of '\(other)', and these manifests are of '\(project)'"
        }
    }

    private func named(_ isDoubtful: (String) -> Bool) -> [(receiver: String, project: String)] {
        all.flatMap { receiver in
            (receiver.projects ?? []).sorted().filter(isDoubtful).map { (receiver.name, $0) }
        }
    }
}
