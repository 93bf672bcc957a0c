"""Runs as people name them in the terminal: by id, or by folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnet.runs import Run


def named_run(name: str) -> Run:
    """The run with an id, or in a run folder, such as `discover --out` leaves one in its folder.

    Raises:
        RunError: there is no such run.
    """
    from xnet.runs import RunError, open_run, runs_root
    from xnet.runs.store import is_run_id

    folder = Path(name).absolute()
    if is_run_id(folder.name) and (folder / "config.json").is_file():
        return open_run(folder.name, folder.parent)
    root = runs_root()
    if is_run_id(name) and not (root / name).is_dir():
        raise RunError(f"There is no run {name!r} in {str(root)!r}. A run of `discover --out FOLDER` lies in FOLDER: "
                       f"give FOLDER/{name}. For runs of an app, set XNET_RUNS to the folder of its runs.")
    return open_run(name)
