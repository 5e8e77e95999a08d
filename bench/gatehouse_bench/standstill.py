"""A Gatehouse that only holds its PostgreSQL: it does and hears nothing, and has no connection that others would wait for."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from .replica import Sql
from .server import Gatehouse


@contextmanager
def standing_still(gatehouse: Gatehouse, superuser: Sql) -> Iterator[None]:
    """Pause its process and cut its connections, until the end."""
    os.kill(gatehouse.pid, signal.SIGSTOP)
    try:
        superuser("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gatehouse'")
        yield
    finally:
        os.kill(gatehouse.pid, signal.SIGCONT)
