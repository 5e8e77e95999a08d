"""Debian's docker-registry with a folder of its own, and what it was asked, by its own access log."""

import http.client
import json
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from .failure import Failed
from .waiting import wait_for

IMAGE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
REQUEST = re.compile(r'"(\w+) /v2/(\S+) HTTP/1\.1" \d+ \d+ "[^"]*" "gatehouse/')
KINDS = {("GET", "tags"): "list", ("HEAD", "manifests"): "head", ("GET", "manifests"): "manifest", ("GET", "blobs"): "blob"}


class Registry:
    """One registry, ended and removed whatever happens."""

    def __init__(self):
        if shutil.which("docker-registry") is None:
            raise Failed("docker-registry is missing: apt-get install docker-registry")
        self._folder = Path(tempfile.mkdtemp(prefix="gatehouse-bench-registry-"))
        self._log = self._folder / "log"
        config = self._folder / "config.yml"
        config.write_text(
            "version: 0.1\nlog: {level: info}\n"
            f"storage: {{filesystem: {{rootdirectory: {self._folder}/data}}}}\n"
            'http: {addr: "127.0.0.1:0"}\n'
        )
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
        self.port = 0
        wait_for("docker-registry", self._listens, 20, 0.05)

    def _listens(self) -> bool:
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)", self._log.read_text(errors="replace"))
        if found:
            self.port = int(found[1])
        return found is not None

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def push(self, repository: str, tags: list[str], threads: int = 4) -> None:
        """One small image under all of these tags."""
        config = json.dumps({"os": "linux", "architecture": "amd64", "created": "2026-01-02T03:04:05Z", "config": {}}).encode()
        digest = self._blob(repository, config)
        layer = self._blob(repository, b"\x1f\x8b nothing")
        manifest = json.dumps(
            {
                "schemaVersion": 2, "mediaType": IMAGE,
                "config": {"mediaType": CONFIG, "digest": digest, "size": len(config)},
                "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer, "size": 10}],
            }
        ).encode()  # fmt: skip

        def put(part: list[str]) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            for tag in part:
                self._send(connection, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, IMAGE)
            connection.close()

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(put, [tags[start::threads] for start in range(threads)]))

    def asked(self) -> Counter:
        """How often Gatehouse has asked each kind of thing so far."""
        counts: Counter = Counter()
        for method, path in REQUEST.findall(self._log.read_text(errors="replace")):
            parts = path.split("?")[0].split("/")
            counts[KINDS.get((method, parts[-2]), "other")] += 1
        return counts

    def _blob(self, repository: str, content: bytes) -> str:
        digest = "sha256:" + sha256(content).hexdigest()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        place = self._send(connection, "POST", f"/v2/{repository}/blobs/uploads/").getheader("Location", "")
        target = place[place.index("/v2/") :]
        self._send(connection, "PUT", f"{target}&digest={digest}", content, "application/octet-stream")
        connection.close()
        return digest

    @staticmethod
    def _send(connection, method: str, target: str, body: bytes = b"", kind: str = "") -> http.client.HTTPResponse:
        connection.request(method, target, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 300:
            raise Failed(f"docker-registry answered {answer.status} to {method} {target}")
        return answer
