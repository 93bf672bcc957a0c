"""Checks whether the process of a run is alive."""

from __future__ import annotations

import psutil


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
