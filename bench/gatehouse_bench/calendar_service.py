"""exchange-calendar-service from PyPI, tuned: two workers, uvloop and httptools, no access log. The nearest relative."""

import os
import subprocess
import sys
import tempfile

from .client import Client, Unanswered
from .failure import Failed
from .server import ROOT, free_port
from .waiting import wait_for

VENV = ROOT / ".build" / "tools" / "ecs"
# 0.2.1 does not start with newer extensions.
PACKAGES = ["exchange-calendar-service==0.2.1", "exchange-calendars-extensions>=0.9.3,<0.10", "uvicorn[standard]"]


def install() -> bool:
    ready = VENV / "ready"
    if ready.exists():
        return True
    try:
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True, capture_output=True)
        pip = [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", *PACKAGES]
        subprocess.run(pip, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError):
        return False
    ready.touch()
    return True


class CalendarService:
    """Two workers on a free port."""

    def __init__(self) -> None:
        self.port = free_port()
        environment = {**os.environ, "EXCHANGE_CALENDAR_SERVICE_EXCHANGES": '["XNYS"]'}
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [
                VENV / "bin" / "uvicorn", "exchange_calendar_service.app:get_app", "--factory", "--host", "127.0.0.1",
                "--port", str(self.port), "--workers", "2", "--no-access-log", "--log-level", "warning",
            ],
            env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip

        def answers() -> bool:
            if self._process.poll() is not None:
                raise Failed(f"exchange-calendar-service ended ({self._process.returncode})")
            try:
                with Client(self.port, timeout=5) as client:
                    return client.get("/v1/exchanges/XNYS/days/2026-11-20").status == 200
            except Unanswered:
                return False

        wait_for("exchange-calendar-service", answers, 60, 0.2)

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)
