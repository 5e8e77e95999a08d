"""The machine a result was measured on: without it a number says nothing."""

import datetime
import os
import platform
import resource
from pathlib import Path


def cores() -> int:
    """The cores this process may use: workers, pools and wrk's threads are sized by it, so that all have the same."""
    return len(os.sched_getaffinity(0))


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def busy_seconds() -> float:
    """What all cores have worked since the machine started, for whomever; what its host took away counts as work."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def describe() -> dict:
    return {
        "cores": cores(),
        "cpu": cpu_model(),
        "kernel": platform.release(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "load": os.getloadavg()[0],
    }


def sentence(machine: dict) -> str:
    return (
        f"{machine['cores']} cores, {machine['cpu']}, Linux {machine['kernel']}, {machine['date']}, "
        f"load when it began {machine['load']:.2f}"
    )


def raise_open_files() -> int:
    """Lift the soft limit to the hard one, for us and for what we start; returns it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY:
        hard = 1 << 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
