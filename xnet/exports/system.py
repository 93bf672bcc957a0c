"""The files of a system of equations that a run has found: code, LaTeX, JSON and the joint front."""

from __future__ import annotations

from pathlib import Path

from xnet.atomic_files import to_json, write_text
from xnet.config.run_options import RunError
from xnet.dynamics.records import files_of
from xnet.runs import Run
from xnet.runs.dynamics_run import front_of, trajectories_of

from .records import front_csv


def system_files(run: Run, index: int = 0) -> dict[str, str]:
    """The files of a system of the front, and the whole front as a table, by name.

    Raises:
        RunError: the run has found nothing yet.
    """
    front = front_of(run)
    return {"system.json": to_json(front[index]) + "\n", **files_of(front[index], trajectories_of(run)),
            "front.csv": front_csv(front)}


def export_system(run: Run, folder: Path) -> list[Path]:
    """Write the files of the suggested system to a folder, and return their paths.

    Raises:
        RunError: the run has found nothing yet, or the folder cannot be written.
    """
    files = system_files(run)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_text(folder / name, text)
    except OSError as error:
        raise RunError(f"The files cannot be written to {str(folder)!r} ({error.strerror}); choose a folder that you "
                       "may write to.") from error
    return [folder / name for name in files]
