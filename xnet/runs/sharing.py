"""Sharing a run for reading: an address of its own that shows the run and steers nothing.

Who knows a run's id may steer it, so the id is not to be passed on. A view token is another random name for the same
run, kept in its folder (`view.json`) until sharing is ended. A `SharedRun` answers to its token wherever the id would
stand: in addresses, in downloads, in the names of elements on the page.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError

from .run import Run
from .store import is_run_id, open_run, runs_root

FILE = "view.json"
_NO_STEERING = "This link shows the search and cannot steer it; ask the person who sent it."


@dataclass(frozen=True)
class SharedRun(Run):
    """A run as those see it who were sent its link; it never tells its id."""

    token: str = ""

    @property
    def id(self) -> str:
        """The view token."""
        return self.token

    @property
    def config(self) -> dict[str, Any]:
        """What was asked for, with the token in place of the id."""
        return super().config | {"id": self.token}

    def command(self, word: str) -> None:
        """Refuse: a shared run is for reading."""
        raise RunError(_NO_STEERING)

    def add_time(self, seconds: float) -> None:
        """Refuse likewise."""
        raise RunError(_NO_STEERING)


def share(run: Run) -> str:
    """The run's view token; made when there is none yet.

    Raises:
        RunError: the run is only shared with us, or its folder cannot be written.
    """
    if isinstance(run, SharedRun):
        raise RunError("This link is for reading; only the person who sent it can make another one.")
    token = shared_as(run)
    if token is None:
        token = secrets.token_urlsafe(16)
        try:
            write_json(run.folder / FILE, {"token": token})
        except OSError as error:
            raise RunError(f"The link cannot be kept in the run's folder ({error.strerror}); make room, then try "
                           "again.") from error
    return token


def shared_as(run: Run) -> str | None:
    """The run's view token; None while it is not shared."""
    token = (read_json(run.folder / FILE) or {}).get("token")
    return token if is_run_id(token) else None


def end_sharing(run: Run) -> None:
    """Forget the view token: links with it open nothing any more.

    Raises:
        RunError: the run's folder cannot be written, so the link still works.
    """
    if isinstance(run, SharedRun):
        return
    try:
        (run.folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"The link still works: it cannot be taken out of the run's folder ({error.strerror}). Let the "
                       "server write there, or delete the run.") from error


def open_shared(token: str, root: str | Path | None = None) -> SharedRun:
    """The run that is shared under this token.

    Raises:
        RunError: the text is no token, or no run is shared under it (any more).
    """
    if is_run_id(token):
        for path in runs_root(root).glob(f"*/{FILE}"):
            known = shared_as(Run(path.parent))
            if known is not None and secrets.compare_digest(known, token):
                return SharedRun(open_run(path.parent.name, root).folder, token)
    raise RunError("No search is shared under this link any more. Ask the person who sent it for a new one.")
