"""Projects through whose three Stages Freight goes by itself, and somebody who keeps one on its way in each."""

import queue
import threading
import time

from .client import Client, Unanswered
from .failure import Failed
from .policy import put
from .replica import Sql

# Each Stage, and where its Freight comes from.
STAGES = {"beta": "direct: true", "paper": "stages: [beta]", "live": "stages: [paper]"}
IMAGE = "ghcr.io/acme/trader"
CURRENT = "select project, freight from occupancies where stage = 'live' and until is null"
POSTERS = 4
LOOK_EVERY = 0.02
DRAIN_BOUND = 60.0


def names(count: int) -> list[str]:
    return [f"p-{number:03d}" for number in range(count)]


def _stage(project: str, name: str, sources: str) -> str:
    return f"""---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {{name: {name}, namespace: {project}}}
spec: {{requestedFreight: [{{origin: {{kind: Warehouse, name: market}}, sources: {{{sources}}}}}]}}
---
apiVersion: gatehouse.dev/v1
kind: StagePolicy
metadata: {{name: {name}, namespace: {project}}}
spec: {{gates: [], deploy: {{argocd: {{application: {project}-{name}, timeout: 10m}}}}}}
"""


def manifests(project: str) -> bytes:
    policies = ", ".join(f"{{stageSelector: {{name: {stage}}}, autoPromotionEnabled: true}}" for stage in STAGES)
    head = f"""apiVersion: gatehouse.dev/v1
kind: ProjectPolicy
metadata: {{name: {project}, namespace: {project}}}
spec: {{orchestrator: gatehouse}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {{name: {project}, namespace: {project}}}
spec: {{promotionPolicies: [{policies}]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {{name: market, namespace: {project}}}
spec: {{freightCreationPolicy: Manual, subscriptions: [{{image: {{repoURL: {IMAGE}, imageSelectionStrategy: Lexical}}}}]}}
"""
    return (head + "".join(_stage(project, name, sources) for name, sources in STAGES.items())).encode()


def apply(client: Client, projects: list[str]) -> None:
    for project in projects:
        put(client, project, manifests(project))


class Traffic:
    """Makes the next Freight of a project when the one before is current in its last Stage, until it is stopped."""

    def __init__(self, port: int, token: str, sql: Sql, projects: list[str]):
        self.arrivals: list[float] = []
        """When each came through."""
        self.looks = 0
        """How often PostgreSQL was asked for that."""
        self.made = 0
        """How many were sent on their way."""
        self._sql = sql
        self._stopped = threading.Event()
        self._failures: list[str] = []
        self._on_the_way: dict[str, str] = {}
        self._free: queue.Queue[str | None] = queue.Queue()
        self._tag = time.time_ns()
        self._lock = threading.Lock()
        for project in projects:
            self._free.put(project)
        self._threads = [threading.Thread(target=self._post, args=(port, token), daemon=True) for _ in range(POSTERS)]
        self._threads.append(threading.Thread(target=self._look, daemon=True))
        for thread in self._threads:
            thread.start()

    def check(self) -> None:
        if self._failures:
            raise Failed(self._failures[0])

    def drain(self) -> None:
        """Make no more, and wait until all that was made is through."""
        self._stopped.set()
        for _ in range(POSTERS):
            self._free.put(None)
        deadline = time.monotonic() + DRAIN_BOUND
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.check()
        if self._on_the_way:
            example = next(iter(self._on_the_way.items()))
            raise Failed(f"{len(self._on_the_way)} Freight did not come through, one of them {example}")

    def _post(self, port: int, token: str) -> None:
        with Client(port, token, timeout=30) as client:
            while (project := self._free.get()) is not None and not self._stopped.is_set():
                try:
                    self._make(client, project)
                except (Failed, Unanswered) as error:
                    self._failures.append(str(error))
                    return

    def _make(self, client: Client, project: str) -> None:
        with self._lock:
            self._tag += 1
            tag = self._tag
        image = {"repoURL": IMAGE, "tag": f"v{tag}", "digest": f"sha256:{tag:064x}"}
        answer = client.request("POST", f"/v1/projects/{project}/freight", {"warehouse": "market", "images": [image]})
        if answer.status != 201:
            raise Failed(f"Freight was answered {answer.status}: {answer.body[:300]!r}")
        with self._lock:
            self.made += 1
            self._on_the_way[project] = answer.json()["id"]

    def _look(self) -> None:
        posting = self._threads[:POSTERS]
        while not self._failures and (self._on_the_way or any(thread.is_alive() for thread in posting)):
            try:
                current = dict(line.split("|") for line in self._sql(CURRENT))
            except Failed as error:
                self._failures.append(str(error))
                return
            self.looks += 1
            self._note(current, time.monotonic())
            time.sleep(LOOK_EVERY)

    def _note(self, current: dict[str, str], now: float) -> None:
        with self._lock:
            through = [project for project, freight in self._on_the_way.items() if current.get(project) == freight]
            for project in through:
                del self._on_the_way[project]
        for project in through:
            self.arrivals.append(now)
            self._free.put(project)
