"""Processes of runs: whether one is alive, and how many cores there are for them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

#: Where Linux says which control group a process belongs to, and what the groups may use.
_GROUP_OF_PROCESS, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


def process_lives(pid: int, created: float | None = None) -> bool:
    """Whether the process with this id runs.

    Args:
        pid: the id of the process.
        created: when the process was started, in seconds since 1970; systems reuse ids, so another start time means
            another process. None skips this check.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return created is None or abs(process.create_time() - created) < 2.0
    except (psutil.Error, ValueError):  # a damaged file may hold a number that is no id
        return False


def process_created(pid: int | None) -> float | None:
    """When a process was started, in seconds since 1970; None if there is no such process."""
    try:
        return None if pid is None else float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def core_count() -> int:
    """The cores that this process may use, at least one.

    These are the cores of its affinity, but no more than the time that a container or a service of systemd has (quotas
    of control groups, rounded up), and no more than LOKY_MAX_CPU_COUNT says, a variable that scikit-learn reads too.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = os.environ.get("LOKY_MAX_CPU_COUNT", "")
    return max(1, min(int(given) if given.isdecimal() else cores, *map(math.ceil, _group_cores()), cores))


def _group_cores() -> Iterator[float]:
    """How many cores' time each control group of this process may use: its own, and those around it."""
    for folder in _group_folders():
        try:
            quota, period = _quota(folder)
            if int(quota) > 0:  # "max" and -1 mean no limit
                yield int(quota) / int(period)
        except (OSError, ValueError, ZeroDivisionError):
            continue


def _group_folders() -> Iterator[Path]:
    try:
        lines = _GROUP_OF_PROCESS.read_text("utf-8").splitlines()
    except OSError:
        return
    for number, _, group in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        if number == "0":  # version 2
            own = _GROUPS / group.strip("/")
            yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(_GROUPS))
    yield _GROUPS / "cpu"  # version 1, as a container sees it


def _quota(folder: Path) -> list[str]:
    """Quota and period of a group in microseconds."""
    if (folder / "cpu.max").exists():
        return (folder / "cpu.max").read_text("utf-8").split()
    return [(folder / f"cpu.cfs_{name}_us").read_text("utf-8").strip() for name in ("quota", "period")]
