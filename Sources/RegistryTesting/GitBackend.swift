/// A repository with a few branches and tags, served by `git http-backend` behind a small CGI server.
public final class GitBackend {
    /// Where the repository is.
    public let url: String
    private let folder: String
    private let program: TestProgram

    /// Starts one, which ends with this.
    public init() async throws {
        let (program, url, folder) = try await waiting {
            let program = try TestProgram(["python3", "-c", Self.script])
            let (url, folder) = try program.firstLine { line in
                let words = line.split(separator: " ")
                return words.first == "ready" && words.count == 3
                    ? ("http://127.0.0.1:\(words[1])/app.git", String(words[2])) : nil
            }
            return (program, url, folder)
        }
        (self.program, self.url, self.folder) = (program, url, folder)
    }

    /// The first line that a git command writes.
    public func git(_ arguments: String...) async throws -> String {
        try await TestProgram.output(of: ["git", "-C", "\(folder)/app.git"] + arguments).first ?? ""
    }

    private static let script = #"""
        import http.server, os, shutil, subprocess, sys, tempfile, threading
        folder = tempfile.mkdtemp()
        who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
               "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        def git(*arguments):
            out = subprocess.run(["git", "-C", folder + "/app.git", *arguments], env={**os.environ, **who}, check=True,
                                 stdin=subprocess.DEVNULL, capture_output=True)
            return out.stdout.decode().strip()
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder + "/app.git"], check=True)
        tree = git("hash-object", "-w", "-t", "tree", "/dev/null")
        def commit(message, *parents):
            return git("commit-tree", tree, "-m", message, *(word for parent in parents for word in ("-p", parent)))
        first = commit("first"); second = commit("second", first); third = commit("third", second)
        git("update-ref", "refs/heads/main", third)
        git("update-ref", "refs/heads/maintenance", first)
        git("tag", "v1.0.0", first); git("tag", "v1.9.0", second); git("tag", "-a", "-m", "x", "v1.10.0", third)
        git("tag", "nightly", third)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def serve(self):
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                environment = {**os.environ, **who, "GIT_PROJECT_ROOT": folder, "GIT_HTTP_EXPORT_ALL": "1",
                               "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                               "CONTENT_TYPE": self.headers.get("Content-Type") or "", "CONTENT_LENGTH": str(len(body)),
                               "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol") or ""}
                answer = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True).stdout
                head, _, rest = answer.partition(b"\r\n\r\n")
                fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
                self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
                for name, value in fields.items(): self.send_header(name, value)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest)
            do_GET = do_POST = serve

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"ready {server.server_address[1]} {folder}\n"); sys.stdout.flush()
        sys.stdin.read()
        shutil.rmtree(folder)
        os._exit(0)
        """#
}
