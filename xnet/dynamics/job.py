"""A search for laws of motion in a process of its own, followed through files: `python -m xnet.dynamics.job FOLDER`.

The folder holds `job.json` (trajectories and options), and then `progress.json` (what the page shows), `stop` (a
request to stop, an empty file) and `result.json` (the systems, or the sentence that says why there is none).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xnet.atomic_files import read_json, write_json
from xnet.errors import XNetError
from xnet.one_thread import child_environment

from .discovery import Progress
from .estimator import XNetDynamics
from .segments import LARGEST
from .system import System, simulate
from .trajectories import Trajectories, Trajectory, checked

#: Seconds between two reports.
_REPORT_SECONDS = 0.4


def start_job(folder: Path, data: Trajectories, options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    """Write the files of a search and start its process.

    Args:
        folder: an existing, empty folder.
        data: the trajectories.
        options: arguments of `XNetDynamics` that JSON can hold.
    """
    write_job(folder, data, options)
    return subprocess.Popen([sys.executable, "-m", "xnet.dynamics.job", str(folder)], env=child_environment(),
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write_job(folder: Path, data: Trajectories, options: Mapping[str, Any]) -> None:
    """Write the file that a process reads; see `start_job`."""
    items = [{"name": item.name, "t": item.t.tolist(), "X": item.X.tolist(), "U": item.U.tolist()}
             for item in data.items]
    write_json(folder / "job.json", {"states": list(data.states), "inputs": list(data.inputs), "items": items,
                                     "options": dict(options)})


def from_lists(job: Mapping[str, Any]) -> Trajectories:
    """The trajectories of the content of `job.json`.

    Raises:
        DataError: they cannot be used.
    """
    width = len(job["inputs"])
    return checked(Trajectories(tuple(job["states"]), tuple(job["inputs"]), tuple(
        Trajectory(item["name"], np.array(item["t"]), np.array(item["X"]),
                   np.array(item["U"], dtype=float).reshape(len(item["t"]), width)) for item in job["items"])))


def run_job(folder: Path) -> None:
    """Search, and write the result or the sentence that says why there is none."""
    try:
        job = read_json(folder / "job.json") or {"states": [], "inputs": [], "items": [], "options": {}}
        data = from_lists(job)
        model = XNetDynamics(callback=_Reporter(folder, data), **job["options"]).fit_trajectories(data)
        write_json(folder / "result.json", result_of(model))
    except XNetError as error:
        write_json(folder / "result.json", {"error": str(error)})


def result_of(model: XNetDynamics) -> dict[str, Any]:
    """What the page needs: every system of the joint front with all that belongs to it."""
    systems = []
    for index in range(len(model.candidates_)):
        model.select(index)
        bands = model.bands_
        systems.append({
            **model.to_json(), "complexity": model.system_.complexity, "whole": model.candidates_[index].whole,
            "bands": None if bands is None else bands.curves.tolist(),
            "files": {"system.py": model.to_python(), "system.tex": model.to_latex() + "\n",
                      "system_sympy.txt": "\n".join(map(str, model.to_sympy())) + "\n",
                      "system.jl": model.to_julia(), "system.js": model.to_javascript()}})
    return {"systems": systems, "stopped": model.stopped_}


class _Reporter:
    """Writes the progress, and asks the search to stop where the file `stop` is there."""

    def __init__(self, folder: Path, data: Trajectories) -> None:
        self._folder, self._data, self._last = folder, data, 0.0

    def __call__(self, progress: Progress) -> bool:
        if time.monotonic() - self._last > _REPORT_SECONDS:
            write_json(self._folder / "progress.json", self._tree(progress))
            self._last = time.monotonic()
        return (self._folder / "stop").exists()

    def _tree(self, progress: Progress) -> dict[str, Any]:
        networks = progress.networks
        tree: dict[str, Any] = {"stage": progress.stage, "state": progress.state, "seconds": progress.seconds,
                                "networks": [None if n is None else n.to_json() for n in networks], "curves": None}
        complete = [network for network in networks if network is not None]
        if len(complete) == len(networks) == len(self._data.states):
            system = System(self._data.states, self._data.inputs, tuple(complete))
            tree["curves"] = [simulate(system, item.X[0], item.t, item.input_at, LARGEST * float(np.abs(item.X).max())
                                       ).X.tolist() for item in self._data.items[:3]]
        return tree


if __name__ == "__main__":
    run_job(Path(sys.argv[1]))
