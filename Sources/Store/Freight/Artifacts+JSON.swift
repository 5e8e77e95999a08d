public import JSON
public import Promotions

extension Artifacts {
    /// The artifacts as Kargo and we show them, and as they are kept.
    public func write(into json: inout JSONWriter) {
        json.member("images", images) { image, json in
            json.member("repoURL", image.repository)
            json.member("tag", image.tag)
            json.member("digest", image.digest)
            json.member("subscriptionName", image.subscription)
        }
        json.member("commits", commits) { commit, json in
            json.member("repoURL", commit.repository)
            json.member("id", commit.id)
            json.member("branch", commit.branch)
            json.member("tag", commit.tag)
            json.member("subscriptionName", commit.subscription)
        }
        json.member("charts", charts) { chart, json in
            json.member("repoURL", chart.repository)
            json.member("name", chart.name)
            json.member("version", chart.version)
            json.member("subscriptionName", chart.subscription)
        }
    }

    /// Reads what was kept; nothing where that cannot be read.
    init?(kept text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        func read<Artifact>(_ name: String, _ make: (JSONValue) -> Artifact?) -> [Artifact]? {
            guard let elements = document[name]?.array else { return nil }
            let artifacts = elements.compactMap(make)
            return artifacts.count == elements.count ? artifacts : nil
        }
        let images = read("images") { image in
            image["repoURL"]?.string.flatMap { repository in
                image["tag"]?.string.flatMap { tag in
                    image["digest"]?.string.map {
                        ImageArtifact(
                            repository: repository, tag: tag, digest: $0,
                            subscription: image["subscriptionName"]?.string
                        )
                    }
                }
            }
        }
        let commits = read("commits") { commit in
            commit["repoURL"]?.string.flatMap { repository in
                commit["id"]?.string.map {
                    CommitArtifact(
                        repository: repository, id: $0, branch: commit["branch"]?.string, tag: commit["tag"]?.string,
                        subscription: commit["subscriptionName"]?.string)
                }
            }
        }
        let charts = read("charts") { chart in
            chart["repoURL"]?.string.flatMap { repository in
                chart["version"]?.string.map {
                    ChartArtifact(
                        repository: repository, name: chart["name"]?.string, version: $0,
                        subscription: chart["subscriptionName"]?.string)
                }
            }
        }
        guard let images, let commits, let charts else { return nil }
        self.init(images: images, commits: commits, charts: charts)
    }
}
