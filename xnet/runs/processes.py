"""Whether the process of a run is alive."""

from __future__ import annotations

import psutil


def process_lives(pid: int, created: float | None = None) -> bool:
    """Whether a process runs under this id, and is the one that was started at `created` (ids are used again)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return created is None or abs(process.create_time() - created) < 2.0
    except psutil.Error:
        return False


def process_created(pid: int | None) -> float | None:
    """When the process was started, in seconds since 1970; None when there is none."""
    try:
        return None if pid is None else float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None
