"""Read-only sharing of a run: a separate address that shows the run and cannot steer it.

Anybody who has the id of a run can steer it, so the id must not be passed on. A view token is a second random name of
the same run, saved in the run folder (`view.json`) until sharing ends. A `SharedRun` uses its token wherever a run uses
its id: in addresses, in downloads, and in the names of elements on the page.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError

from .run import Run
from .store import is_run_id, open_run, runs_root

FILE = "view.json"
_NO_STEERING = "This link only shows the search. To change the search, ask the person who sent you the link."


@dataclass(frozen=True)
class SharedRun(Run):
    """A run that was opened by its view link; it does not reveal its id."""

    token: str = ""

    @property
    def id(self) -> str:
        """The view token."""
        return self.token

    @property
    def config(self) -> dict[str, Any]:
        """The configuration, with the token in place of the id."""
        return super().config | {"id": self.token}

    def other_columns(self) -> pd.DataFrame | None:
        """The column that names the rows; a view link shows no other column that the search does not use."""
        others, column = super().other_columns(), super().config.get("id_column")
        return None if others is None or column not in others else others[[column]]

    def command(self, command: str) -> None:
        """Refuse: a shared run is read-only.

        Raises:
            RunError: always.
        """
        raise RunError(_NO_STEERING)

    def add_time(self, seconds: float) -> None:
        """Refuse: a shared run is read-only.

        Raises:
            RunError: always.
        """
        raise RunError(_NO_STEERING)


def share(run: Run) -> str:
    """The view token of a run; created if there is none yet.

    Raises:
        RunError: the run was itself opened by a view link, or its folder cannot be written.
    """
    if isinstance(run, SharedRun):
        raise RunError("This link only shows the search; only the person who sent it can create another one.")
    token = shared_as(run)
    if token is None:
        token = secrets.token_urlsafe(16)
        try:
            write_json(run.folder / FILE, {"token": token})
        except OSError as error:
            raise RunError(f"The link cannot be saved in the run folder ({error.strerror}). Free some space, then "
                           "try again.") from error
    return token


def shared_as(run: Run) -> str | None:
    """The view token of a run; None if the run is not shared."""
    token = (read_json(run.folder / FILE) or {}).get("token")
    return token if is_run_id(token) else None


def end_sharing(run: Run) -> None:
    """Delete the view token, so that its links stop working.

    Raises:
        RunError: the run folder cannot be written, so the link still works.
    """
    if isinstance(run, SharedRun):
        return
    try:
        (run.folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"The link still works, because it cannot be deleted from the run folder ({error.strerror}). "
                       "Give the server write access to the folder, or delete the run.") from error


def open_shared(token: str, root: str | Path | None = None) -> SharedRun:
    """The run with this view token.

    Raises:
        RunError: the text is not a token, or no run is shared under it.
    """
    if is_run_id(token):
        for path in runs_root(root).glob(f"*/{FILE}"):
            candidate = shared_as(Run(path.parent))
            if candidate is not None and secrets.compare_digest(candidate, token):
                return SharedRun(open_run(path.parent.name, root).folder, token)
    raise RunError("No search is shared under this link. Sharing may have ended: ask the person who sent the link for "
                   "a new one.")
