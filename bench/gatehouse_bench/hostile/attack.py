"""An attack on one connection, and what may come back from it."""

from dataclasses import dataclass
from typing import Callable

from .wire import Outcome

Expectation = Callable[[Outcome], str | None]
"""What is wrong with an outcome; None when nothing is."""

NOT_IMPLEMENTED, VERSION_NOT_SUPPORTED = 501, 505


def is_refusal(status: int) -> bool:
    """A 4xx, or one of the two 5xx by which a server says that it will not, rather than that it broke."""
    return 400 <= status < 500 or status in (NOT_IMPLEMENTED, VERSION_NOT_SUPPORTED)


def refused(outcome: Outcome) -> str | None:
    """Every answer is a refusal, or there is none and the connection is closed."""
    if outcome.ending.startswith("malformed"):
        return outcome.ending
    wrong = [reply.status for reply in outcome.replies if not is_refusal(reply.status)]
    if wrong:
        return f"answered {wrong[0]}"
    if not outcome.replies and outcome.ending == "open":
        return "neither answered nor closed"
    return None


def refused_and_closed(outcome: Outcome) -> str | None:
    """As `refused`, at most once, and the connection is over: where it is unclear where a message ends, what follows
    must not be read as a request."""
    if reason := refused(outcome):
        return reason
    if len(outcome.replies) > 1:
        return f"answered {len(outcome.replies)} times: the rest was read as a request"
    if outcome.ending == "open":
        return "left open after unclear framing"
    return None


def answered(*statuses: int) -> Expectation:
    """Exactly these statuses, in this order."""

    def check(outcome: Outcome) -> str | None:
        seen = tuple(reply.status for reply in outcome.replies)
        return None if seen == statuses else f"answered {seen[:5]}…, {outcome.ending}; {len(seen)} of {len(statuses)} answers"

    return check


def refused_or(status: int) -> Expectation:
    """Where the RFC lets a server be lenient: a refusal, or the one answer that has the right meaning."""

    def check(outcome: Outcome) -> str | None:
        return None if [reply.status for reply in outcome.replies] == [status] else refused(outcome)

    return check


@dataclass(frozen=True)
class Attack:
    name: str
    payload: bytes
    expect: Expectation = refused
    stop_after: int | None = 1
    """Answers to wait for; None: until the server closes."""
    half_close: bool = False


def framing(name: str, payload: bytes) -> Attack:
    """An attack on where a message ends."""
    return Attack(name, payload, refused_and_closed, stop_after=None)
