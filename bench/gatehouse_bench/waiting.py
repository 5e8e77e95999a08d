"""Waiting for a condition, never for a while."""

import time
from typing import Callable, TypeVar

from .failure import Failed

Value = TypeVar("Value")


class TooLate(Failed):
    """What was waited for did not come within its bound."""


def wait_for(what: str, condition: Callable[[], Value | None], bound: float, every: float = 0.005) -> Value:
    """The condition's first true value; `TooLate` after `bound` seconds."""
    deadline = time.monotonic() + bound
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise TooLate(f"{what}: not within {bound:g} s")
        time.sleep(every)
