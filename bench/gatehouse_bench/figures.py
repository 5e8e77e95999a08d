"""Few numbers out of many. Medians and extremes, no means: one stall on a shared machine spoils a mean."""

import math
from statistics import median


def percentile(values: list[float], p: float) -> float:
    """The nearest-rank percentile: a value that was really seen."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(p / 100 * len(ordered)) - 1)]


def spread(values: list[float], form: str = "{:.2f}") -> str:
    """`median [min–max]`."""
    return f"{form.format(median(values))} [{form.format(min(values))}–{form.format(max(values))}]"


def slope(points: list[tuple[float, float]]) -> float:
    """The least-squares slope of y over x; 0 where x does not vary."""
    x0 = sum(x for x, _ in points) / len(points)
    y0 = sum(y for _, y in points) / len(points)
    width = sum((x - x0) ** 2 for x, _ in points)
    return sum((x - x0) * (y - y0) for x, y in points) / width if width else 0.0
