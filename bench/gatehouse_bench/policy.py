"""Manifests of one project with one Stage, and how they are put in force."""

from .client import Client
from .failure import Failed


def manifest(project: str, stage: str, gates: str) -> bytes:
    return f"""
apiVersion: gatehouse.dev/v1
kind: ProjectPolicy
metadata: {{name: {project}, namespace: {project}}}
spec: {{orchestrator: gatehouse}}
---
apiVersion: gatehouse.dev/v1
kind: StagePolicy
metadata: {{name: {stage}, namespace: {project}}}
spec: {{gates: {gates}}}
""".encode()


def put(client: Client, project: str, document: bytes) -> None:
    """503 says that nothing was changed: it is sent again, as a person would."""
    path, headers = f"/v1/projects/{project}/manifests", {"Content-Type": "application/yaml"}
    for _ in range(20):
        answer = client.request("PUT", path, document, headers)
        if answer.status != 503:
            break
    if answer.status not in (200, 201):
        raise Failed(f"the policy was refused: {answer.status} {answer.body[:300]!r}")
