"""What Linux knows of a process: time on the CPU, memory, children."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets; [0] is the state."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of all threads, ended ones included, of these processes."""
    return sum(int(field) for pid in pids for field in _stat(pid)[11:13]) / TICKS


def family_cpu_seconds(pid: int) -> float:
    """The same of a process and its children, those that have ended and were waited for included."""
    family = sum(int(field) for field in _stat(pid)[11:15])
    for child in children(pid):
        try:
            family += sum(int(field) for field in _stat(child)[11:13])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return family / TICKS


def started_at(pid: int) -> int | None:
    """The tick at which it started: with the pid, the identity of a process. None when it has ended."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def children(pid: int) -> list[int]:
    """The living children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(_stat(int(entry.name))[1]) == pid:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def descendants(pid: int) -> list[int]:
    """All that a process has started, at any depth."""
    return [found for child in children(pid) for found in (child, *descendants(child))]


def _kib(path: str, field: str) -> int:
    for line in Path(path).read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise KeyError(f"{path} has no {field}")


def resident_mib(pid: int) -> float:
    """Memory in use now."""
    return _kib(f"/proc/{pid}/status", "VmRSS") / 1024


def peak_resident_mib(pid: int) -> float:
    """The most it ever had in use."""
    return _kib(f"/proc/{pid}/status", "VmHWM") / 1024


def proportional_mib(pids: list[int]) -> float:
    """Memory of several processes with what they share counted once (PostgreSQL's shared buffers, libraries)."""
    return sum(_kib(f"/proc/{pid}/smaps_rollup", "Pss") for pid in pids) / 1024


def open_files(pid: int) -> int:
    """How many descriptors it holds, connections included."""
    return len(os.listdir(f"/proc/{pid}/fd"))
