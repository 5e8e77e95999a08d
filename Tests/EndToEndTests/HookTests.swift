import Crypto
import JSON
import PostgresTesting
import Testing

@Suite struct HookTests {
    private static let secret = "a secret of the operator's and of the sender's"
    private static let path = "pushes-8d1f0c5e7a9b4d2f8d1f0c5e7a9b4d2f"
    private static let body = Array(#"{"ref": "refs/heads/main"}"#.utf8)

    private static let file = """
        {"receivers": [
          {"path": "gitea", "kind": "gitea", "secret": "\(secret)", "project": "oracle", "warehouses": ["market"]},
          {"path": "github", "kind": "github", "secret": "\(secret)", "project": "oracle"},
          {"path": "own", "kind": "generic", "secret": "\(secret)", "project": "oracle", "warehouses": ["market"]},
          {"path": "\(path)", "kind": "registry", "project": "oracle", "warehouses": ["market"]}
        ]}
        """

    private nonisolated(nonsending) func withHooks(
        _ body: nonisolated(nonsending) (Gatehouse) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            try write(Self.file, to: folder + "/hooks.json")
            try await withServer(["--hooks", folder + "/hooks.json"]) { server, _ in
                // It may not be asked, and so not sooner either: what counts is that somebody looks.
                let source = Shop.image("ghcr.io/acme/app")
                try await server.admin.apply(
                    Shop.manifests(Shop.warehouse(source), Shop.warehouse(named: "other", source)))
                for name in ["market", "other"] {
                    _ = try await server.admin.eventually("it was looked at", of: name) { $0["looks"]?.integer == 1 }
                }
                try await body(server)
            }
        }
    }

    private func signature(_ body: [UInt8] = body, secret: String = secret) -> String {
        Hex.encode(HMAC.sha256(body, key: Array(secret.utf8)))
    }

    private nonisolated(nonsending) func send(
        _ server: Gatehouse, _ receiver: String, _ headers: [(name: String, value: String)]
    ) async throws -> Answer {
        try await server.anonymous.send("POST", "/v1/hooks/\(receiver)", bytes: Self.body, headers: headers)
    }

    @Test func eachKindOfSenderIsBelievedByItsSignatureOnly() async throws {
        try await withHooks { server in
            let code = signature()
            let signed: [(String, [(name: String, value: String)])] = [
                ("gitea", [("X-Gitea-Signature", code)]),
                ("github", [("X-Hub-Signature-256", "sha256=" + code)]),
                ("own", [("X-Gatehouse-Signature", "sha256=" + code)]),
                (Self.path, []),
            ]
            var looks: Int64 = 1
            for (receiver, headers) in signed {
                let answer = try await send(server, receiver, headers)
                #expect(answer.status == 202, "\(receiver)")
                let found = try await server.admin.eventually("the hint is answered") {
                    ($0["looks"]?.integer ?? 0) > looks && $0["hints"]?.integer == 0
                }
                looks = found["looks"]?.integer ?? 0
            }
            // One of them hinted at both.
            #expect(try await server.admin.warehouse("other")["looks"]?.integer == 2)
            #expect(!server.logged(Self.path))
        }
    }

    @Test func whoIsWrongOrUnknownIsToldNothing() async throws {
        try await withHooks { server in
            let code = signature()
            let wrong: [(String, [(name: String, value: String)])] = [
                ("gitea", []), ("gitea", [("X-Gitea-Signature", "")]),
                ("gitea", [("X-Gitea-Signature", signature(secret: "another secret"))]),
                ("gitea", [("X-Gitea-Signature", signature([1]))]),
                ("gitea", [("X-Gitea-Signature", code), ("X-Gitea-Signature", code)]),
                ("gitea", [("X-Hub-Signature-256", "sha256=" + code)]),
                ("github", [("X-Hub-Signature-256", code)]),
                ("own", [("X-Gatehouse-Signature", String(code.dropLast()))]),
                ("none", [("X-Gatehouse-Signature", "sha256=" + signature(secret: ""))]),
                (String(Self.path.dropLast()), []),
            ]
            var texts: Set<String> = []
            for (receiver, headers) in wrong {
                let answer = try await send(server, receiver, headers)
                #expect(answer.status == 404 && answer.code == "request.no_such_path", "\(receiver) \(headers)")
                let requestID = try #require(answer.json?["requestId"]?.string)
                texts.insert(answer.text.replacing(requestID, with: ""))
            }
            #expect(texts.count == 1)
            #expect(try await server.admin.warehouse()["looks"]?.integer == 1)
        }
    }

    @Test func aFileThatSaysTooLittleIsRefusedByName() async throws {
        let files = [
            "[": "no JSON", "{}": "must be an array",
            #"{"receivers": [{"path": "a", "kind": "registry", "project": "p"}]}"#: "that nobody can guess",
            #"{"receivers": [{"path": "a", "kind": "gitea", "secret": "short", "project": "p"}]}"#: "at least 16",
            #"{"receivers": [{"path": "a/b", "kind": "gitea", "project": "p"}]}"#: "letters, digits",
            #"{"receivers": [{"path": "a", "kind": "gitlab", "project": "p"}]}"#: "gitea, github, generic, registry",
        ]
        try await withTurn {
            try await withServiceDatabase { database in
                try await withFolder { folder in
                    for (text, reason) in files {
                        try write(text, to: folder + "/hooks.json")
                        let process = try Gatehouse.launch(
                            data: folder + "/data",
                            ["--database", database.serverURL, "--hooks", folder + "/hooks.json"])
                        try await eventually("the server gives up") { process.end != nil }
                        #expect(process.errors.contains(reason), "\(process.errors)")
                    }
                }
            }
        }
    }
}
