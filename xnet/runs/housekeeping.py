"""Housekeeping of a server: runs expire, drafts that were left are removed, and the disk has a quota.

The variables are read at every use, so that tests and administrators can set them:

    XNET_KEEP_DAYS     days after which a run that has ended is deleted (default: 30 on a private server, else never)
    XNET_MAX_GB        gigabytes of all runs together (default: 5 on a private server, else no limit)
    XNET_MAX_SECONDS   the longest budget of a search (default: 3600 on a private server, else that of the settings)
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import time
from pathlib import Path

from xnet.config.run_options import LIMITS, RunError
from xnet.environment import positive_number
from xnet.processes import process_lives

from .store import DRAFTS, clean_up, runs_root
from .waiting import LOW_SPACE

#: Seconds between two rounds, and the age of a draft that no process writes any more.
ROUND_S, OLD_DRAFT_S = 1800.0, 3600.0
#: Defaults on a server of several people.
KEEP_DAYS, MAX_GB, MAX_SECONDS = 30.0, 5.0, 3600.0

#: Name of a half-written file: that of the file, the process that writes it, and a random number.
_DRAFT = re.compile(r"\..+\.(\d+)\.[0-9a-f]+")

log = logging.getLogger(__name__)
_lock = threading.Lock()
_started: set[Path] = set()


def start_housekeeping(private: bool, root: str | Path | None = None) -> None:
    """Do a round now and then, in a thread of this process; further calls do nothing."""
    folder = runs_root(root)
    with _lock:
        if folder in _started:
            return
        _started.add(folder)
    threading.Thread(target=_rounds, args=(folder, private), name="xnet-housekeeping", daemon=True).start()


def _rounds(folder: Path, private: bool) -> None:
    while True:
        try:
            tidy(folder, private)
        except Exception:  # the next round may succeed
            log.exception("The housekeeping failed")
        time.sleep(ROUND_S)


def tidy(folder: Path, private: bool) -> list[str]:
    """Delete old drafts and expired runs; returns the ids of the runs."""
    for draft in [*folder.glob(f"{DRAFTS}/*"), *folder.glob("*/.*.*.*")]:  # half runs, and drafts of single files
        if time.time() - draft.stat().st_mtime > OLD_DRAFT_S:
            shutil.rmtree(draft, ignore_errors=True) if draft.is_dir() else draft.unlink(missing_ok=True)
    days = positive_number("XNET_KEEP_DAYS", KEEP_DAYS if private else 0.0)
    return clean_up(days * 86_400, folder) if days else []


def remove_drafts(folder: Path) -> None:
    """Remove the half-written files that killed processes left in a run folder.

    Call it before this process writes there: a file with the id of this process is left from an earlier process of the
    same id, which is usual in containers.
    """
    for path in folder.iterdir():
        found = _DRAFT.fullmatch(path.name)
        if found and (int(found[1]) == os.getpid() or not process_lives(int(found[1]))):
            path.unlink(missing_ok=True)


def check_room(private: bool, seconds: float, root: str | Path | None = None) -> None:
    """Refuse a new search that the server has no room for.

    Raises:
        RunError: its budget is above the limit, the runs take more than their quota, or the disk is nearly full.
    """
    longest = positive_number("XNET_MAX_SECONDS", MAX_SECONDS if private else LIMITS["seconds"][1])
    if seconds > longest:
        raise RunError(f"A search of this server may take {longest:g} seconds; this one has {seconds:g}. Choose a "
                       "smaller budget.")
    folder = runs_root(root)
    quota = positive_number("XNET_MAX_GB", MAX_GB if private else 0.0) * 1e9
    if quota and (taken := _size(folder)) > quota:
        raise RunError(f"The searches of this server take {taken / 1e9:.2f} GB of {quota / 1e9:g} GB. Delete searches "
                       "that are no longer needed.")
    existing = next((path for path in (folder, *folder.parents) if path.is_dir()), folder)
    if shutil.disk_usage(existing).free < LOW_SPACE:
        raise RunError("The disk of the server is full. Delete searches that are no longer needed.")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:
            continue  # deleted since it was listed
    return total
