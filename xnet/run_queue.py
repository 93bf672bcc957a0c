"""The queue of searches: at most `most_running()` of them compute at once, and the others wait in line.

The queue is a SQLite file in the folder of all runs, so that several servers share it and a restart loses nothing.
Every entry belongs to a process. An entry whose process is gone is left out at the next look, so that no dead process
blocks the line. Sessions take turns: an entry stands behind those of sessions with fewer searches before it.

A run that has to wait is a small process, `python -m xnet.run_queue FOLDER`, which imports none of the numerical
libraries. When its turn comes, it becomes the worker (`xnet.runs.worker`), with the same process id.
"""

from __future__ import annotations

import heapq
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from xnet.atomic_files import read_json, write_json
from xnet.environment import positive_count
from xnet.processes import core_count, process_created, process_lives

FILE = "queue.sqlite"
#: Seconds between two looks at the queue, and between two heartbeats of a process that waits.
LOOK_S, HEARTBEAT_S = 0.5, 5.0
_TABLE = """CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, session TEXT NOT NULL, seconds REAL NOT NULL, began REAL,
    paused INTEGER NOT NULL, pid INTEGER, pid_created REAL)"""


class Place(NamedTuple):
    """A place in the line.

    Attributes:
        number: from 1 for the next one.
        seconds: until its turn, as the budgets of the searches before it say.
    """

    number: int
    seconds: float

    def text(self) -> str:
        """The place as a sentence.

        >>> Place(2, 70).text(), Place(11, 4).text(), Place(1, 7000).text()
        ('2nd in line, about 1 min.', '11th in line, about 5 s.', '1st in line, about 2 h.')
        """
        tail = "th" if 10 <= self.number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(self.number % 10, "th")
        left = max(self.seconds, 1.0)
        wait = f"{5 * -(-left // 5):.0f} s" if left < 60 else f"{left / 60:.0f} min" if left < 3600 else \
            f"{left / 3600:.0f} h"
        return f"{self.number}{tail} in line, about {wait}."


class _Entry(NamedTuple):
    id: str
    number: int
    session: str
    seconds: float
    began: float | None
    paused: int
    pid: int | None
    pid_created: float | None


def most_running() -> int:
    """How many searches compute at once: XNET_MAX_RUNNING, else one less than the cores, and at least one."""
    return positive_count("XNET_MAX_RUNNING", core_count() - 1)


class RunQueue:
    """The queue of the runs in a folder; every method raises `sqlite3.Error` where its file cannot be used.

    Args:
        root: the folder of all runs.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / FILE

    def enter(self, run_id: str, session: str, seconds: float) -> None:
        """Put a run at the end of the line, for this process.

        Args:
            run_id: the run.
            session: who asked for it.
            seconds: how long it will compute at most.
        """
        with self._entries() as (db, entries):
            number = 1 + max((entry.number for entry in entries), default=0)
            db.execute("REPLACE INTO runs VALUES (?, ?, ?, ?, NULL, 0, ?, ?)",
                       (run_id, number, session, seconds, os.getpid(), process_created(os.getpid())))

    def hand_over(self, run_id: str, pid: int) -> None:
        """Give the entry of a run to another process, which waits or computes."""
        with self._entries() as (db, _):
            db.execute("UPDATE runs SET pid = ?, pid_created = ? WHERE id = ?", (pid, process_created(pid), run_id))

    def place(self, run_id: str) -> Place | None:
        """The place of a run in the line; None if its turn has come, which it then takes, or if it is not in line."""
        with self._entries() as (db, entries):
            running, waiting = _running(entries), _in_order(entries)
            position = next((k for k, entry in enumerate(waiting) if entry.id == run_id), None)
            if position is None:
                return None
            free = most_running() - len(running)
            if position < free:
                db.execute("UPDATE runs SET began = ? WHERE id = ?", (time.time(), run_id))
                return None
            return Place(position + 1, _wait(running, waiting[:position], free))

    def pause(self, run_id: str) -> None:
        """Release the turn of a run while it is paused."""
        with self._entries() as (db, _):
            db.execute("UPDATE runs SET began = NULL, paused = 1 WHERE id = ?", (run_id,))

    def resume(self, run_id: str) -> None:
        """Put a paused run at the end of the line."""
        with self._entries() as (db, entries):
            number = 1 + max((entry.number for entry in entries), default=0)
            db.execute("UPDATE runs SET paused = 0, number = ? WHERE id = ? AND paused = 1", (number, run_id))

    def leave(self, run_id: str) -> None:
        """Take a run out of the queue."""
        with self._entries() as (db, _):
            db.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def count(self, session: str | None = None) -> tuple[int, int]:
        """How many searches compute, and how many wait; of one session or of all."""
        with self._entries() as (_, entries):
            own = [entry for entry in entries if session in (None, entry.session)]
            return len(_running(own)), len(_in_order(own))

    @contextmanager
    def _entries(self) -> Iterator[tuple[sqlite3.Connection, list[_Entry]]]:
        """The entries whose processes live, in one transaction."""
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_TABLE)
            entries = [_Entry(*row) for row in db.execute("SELECT * FROM runs ORDER BY number")]
            dead = [e for e in entries if e.pid is None or not process_lives(e.pid, e.pid_created)]
            db.executemany("DELETE FROM runs WHERE id = ?", [(entry.id,) for entry in dead])
            yield db, [entry for entry in entries if entry not in dead]
            db.execute("COMMIT")
        finally:
            db.close()  # which takes back what was not committed


def _running(entries: Sequence[_Entry]) -> list[_Entry]:
    return [entry for entry in entries if entry.began is not None]


def _in_order(entries: Sequence[_Entry]) -> list[_Entry]:
    """The entries that wait, in the order of their turns; within a session the oldest is first."""
    before = Counter(entry.session for entry in _running(entries))
    ranked = []
    for entry in entries:
        if entry.began is None and not entry.paused:
            ranked.append((before[entry.session], entry.number, entry))
            before[entry.session] += 1
    return [entry for _, _, entry in sorted(ranked, key=lambda one: one[:2])]


def _wait(running: Sequence[_Entry], ahead: Sequence[_Entry], free: int) -> float:
    """The seconds until the turn of the entry behind `ahead`, if every search uses its whole budget."""
    now = time.time()
    ends = [max(0.0, entry.seconds - (now - (entry.began or now))) for entry in running] + [0.0] * max(0, free)
    heapq.heapify(ends)
    for entry in ahead:
        heapq.heapreplace(ends, ends[0] + entry.seconds)
    return ends[0] if ends else 0.0


def main(folder: str) -> int:
    """Wait for the turn of a run, then become its worker; the command "stop" ends the wait."""
    path = Path(folder)
    queue, written, beat = RunQueue(path.parent), "", 0.0
    while True:
        if not (path / "config.json").is_file():  # the run was deleted
            return 0
        with suppress(OSError):
            if (path / "command").read_text("utf-8").strip() == "stop":
                (path / "command").unlink()
                queue.leave(path.name)
                _write_status(path, "stopped", "Stopped before its turn came. Continue it to put it in line again.")
                return 0
        try:
            place = queue.place(path.name)
        except sqlite3.Error:  # a full disk, or a file that is locked for long: the next look may succeed
            time.sleep(10 * LOOK_S)
            continue
        if place is None:
            os.execv(sys.executable, [sys.executable, "-m", "xnet.runs.worker", folder, "--detach"])  # noqa: S606
        if place.text() != written or time.monotonic() - beat > HEARTBEAT_S:
            written, beat = place.text(), time.monotonic()
            with suppress(OSError):
                _write_status(path, "queued", written)
        time.sleep(LOOK_S)


def _write_status(folder: Path, state: str, message: str) -> None:
    pid = os.getpid()
    write_json(folder / "status.json", (read_json(folder / "status.json") or {}) | {
        "state": state, "pid": pid, "pid_created": process_created(pid), "heartbeat": time.time(), "message": message})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
