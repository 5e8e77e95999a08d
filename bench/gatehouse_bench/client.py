"""A small HTTP/1.1 client over http.client that keeps its connection and never retries by itself."""

import http.client
import json
from dataclasses import dataclass


class Unanswered(Exception):
    """No whole answer came: whether the request took effect is in doubt."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> dict:
        return json.loads(self.body)


class Client:
    """One keep-alive connection to 127.0.0.1. After `Unanswered` the next request opens a new one."""

    def __init__(self, port: int, token: str | None = None, timeout: float = 10):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method: str, path: str, body: dict | bytes | None = None, headers: dict | None = None) -> Answer:
        sent = dict(self._headers, **(headers or {}))
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            self._connection.request(method, path, data, sent)
            response = self._connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(f"{method} {path}: {error!r}") from error

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
