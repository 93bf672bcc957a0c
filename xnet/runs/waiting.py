"""What a search waits for between its steps: its turn after a pause, and free space on the disk."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from xnet.run_queue import RunQueue

from .control import Control
from .run import Run

#: With less free space than this, in bytes, a search pauses, so that what it has found can still be written.
LOW_SPACE = 64 * 2**20
log = logging.getLogger(__name__)


class Waiting:
    """The waiting of one search.

    Args:
        run, control: the run and its control.
        queue: the queue in which the run has its turn; None outside a server.
        show: writes a state and a message to the run folder.
    """

    def __init__(self, run: Run, control: Control, queue: RunQueue | None, show: Callable[[str, str], None]) -> None:
        self.run, self.control, self.queue, self.show = run, control, queue, show

    def give_turn_to_others(self) -> None:
        """Leave the turn while the search is paused."""
        if self.queue is not None:
            with suppress(sqlite3.Error):
                self.queue.pause(self.run.id)

    def for_turn(self) -> None:
        """Wait in line after a pause, until the turn comes or another command."""
        if self.queue is None:
            return
        with suppress(sqlite3.Error):
            self.queue.resume(self.run.id)
            while self.control.requested_state == "run" and (place := self.queue.place(self.run.id)) is not None:
                self.show("queued", place.text())
                self.control.wait_between_steps(1.0)

    def for_space(self) -> bool:
        """Wait while the disk is nearly full; returns whether it was."""
        if free_space(self.run) >= LOW_SPACE:
            return False
        log.warning("The disk is nearly full; the search waits")
        while self.control.requested_state == "run" and free_space(self.run) < LOW_SPACE:
            with suppress(OSError):
                self.show("paused", f"The disk of the server is full: less than {LOW_SPACE // 2**20} MB are free. The "
                          "search goes on by itself as soon as there is space.")
            self.control.wait_between_steps(2.0)
        return True


def free_space(run: Run) -> int:
    """The free space on the disk of a run in bytes; unlimited where the system does not say."""
    try:
        return shutil.disk_usage(run.folder).free
    except OSError:
        return LOW_SPACE
