import Promotions
import Testing

@Suite("Names of repositories")
struct RepositoryNameTests {
    /// Each with and without a last slash, and `.git`.
    @Test(
        "a git repository has one name, however it is written",
        arguments: [
            ("https://Forge.example/Team/App", "https://forge.example/team/app"),
            ("http://forge.example/team/app", "http://forge.example/team/app"),
            ("https://anna:pass@forge.example/team/app", "https://forge.example/team/app"),
            ("https://anna:p@ss@forge.example:8443/team/app", "https://forge.example:8443/team/app"),
            ("ssh://forge.example/team/app", "ssh://forge.example/team/app"),
            ("ssh://git@Forge.example:2222/team/App", "ssh://git@forge.example:2222/team/app"),
            ("forge.example:team/app", "ssh://forge.example/team/app"),
            ("git@forge.example:Team/app", "ssh://git@forge.example/team/app"),
            ("git@forge.example:/srv/app", "ssh://git@forge.example//srv/app"),
            (" \u{FEFF}\t\u{A0}https://forge.example/app", "https://forge.example/app"),
        ])
    func git(written: String, name: String) {
        for ending in ["", "/", ".git", ".git/"] { #expect(RepositoryName.git(written + ending) == name) }
        #expect(RepositoryName.git(written + "\u{200B}\n\u{A0} ") == name)
    }

    @Test(
        "what has no path ends at its host, and what has no scheme that is known begins with one",
        arguments: [
            ("https://forge.example", "https://forge.example"), ("https://forge.example/", "https://forge.example"),
            ("https://anna@forge.example/", "https://forge.example"),
            ("ssh://git@forge.example/", "ssh://git@forge.example"),
            ("forge.example", "ssh://forge.example"), ("git@forge.example", "ssh://git@forge.example"),
            ("git@forge.example:", "ssh://git@forge.example"), ("forge.example:.git/", "ssh://forge.example"),
            // To Kargo other schemes are hosts.
            ("ftp://Forge.example/app", "ssh://ftp///forge.example/app"),
        ])
    func hostsAlone(written: String, name: String) {
        #expect(RepositoryName.git(written) == name)
    }

    @Test(
        "only one slash goes, then only one .git",
        arguments: [
            ("https://h/app//", "https://h/app/"), ("https://h/app.git.git", "https://h/app.git"),
            ("https://h/app/.git", "https://h/app/"),
        ])
    func onlyOnce(written: String, name: String) {
        #expect(RepositoryName.git(written) == name)
    }

    @Test(
        "what is no address of a git repository stays as it was written",
        arguments: [
            "", " ", "https://No address", "ssh://no address", "no address at all", "https://Forge.example /App",
            "https://forge.example/App%20two", "https://forge.example/App?ref=main", "ssh://forge.example/App?ref=main",
            "https://forge.example:Port/app", "https://forge.example/%zz", "Forge..example:x",
            "@Forge.example:x",
        ])
    func others(written: String) {
        #expect(RepositoryName.git(written) == written)
    }

    @Test(
        "a chart's repository has one name, and Docker Hub's have no host",
        arguments: [
            ("", ""), ("charts", "charts"), ("  Charts ", "charts"), ("oci://charts", "charts"),
            (" OCI://Charts  ", "charts"), ("docker.io/team/charts", "team/charts"),
            ("oci://docker.io/team/charts", "team/charts"), ("oci://index.docker.io/team/charts", "team/charts"),
            ("registry-1.docker.io/team/charts", "team/charts"), ("oci://docker.io/library/charts", "charts"),
            ("library/charts", "charts"), ("oci://ghcr.io/Team/charts", "ghcr.io/team/charts"),
            ("oci://registry.example:5000/charts", "registry.example:5000/charts"),
            ("localhost/charts", "localhost/charts"), ("oci://ghcr.io/team/charts:1.0", "ghcr.io/team/charts"),
            ("https://charts.example/stable", "https://charts.example/stable"),
        ])
    func charts(written: String, name: String) {
        #expect(RepositoryName.chart(written) == name)
    }
}
