"""Other formula finders, each run in a process of its own with a hard limit, so that none can take a benchmark down.

They are optional: `pip install -r requirements-benchmarks.txt`. How they are set up stands in `peer_worker.py`. The
time that counts is that of their `fit` alone: starting the process and importing are free.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy import r_squared
from benchmarks.folders import ROOT
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network
from xnet.errors import FormulaError

PEERS = ("pyoperon", "gplearn")
#: Beyond the seconds asked for: the process's start, imports, and a last generation.
_GRACE = 60.0


class PeerError(Exception):
    """A peer crashed, hung or gave nothing; the message says which."""


@dataclass(frozen=True)
class PeerFit:
    """What a peer found.

    Attributes:
        text: its formula in x1, x2, ...
        network: the same, as read by X-Net's reader, its constants rounded where that changes nothing, evaluated in
            float64; None where it could not be read.
        values: (m,) its own predictions at the points asked for.
        complexity, parameters: counted by X-Net's rule where the text could be read, else as the peer counts.
        counted: "neurons" or "own nodes", which of the two.
        seconds: how long its fit took.
    """

    text: str
    network: Network | None
    values: Array
    complexity: int
    parameters: int
    counted: str
    seconds: float


def check_peers(names: list[str]) -> list[str]:
    """The names, all of them installed peers.

    Raises:
        SystemExit: a name is no peer, or not installed.
    """
    for name in names:
        if name not in PEERS:
            raise SystemExit(f"--peers names {name!r}, which is not known here; use {', '.join(PEERS)}.")
        if importlib.util.find_spec(name) is None:
            raise SystemExit(f"{name} is not installed; run: pip install -r requirements-benchmarks.txt")
    return names


def fit_peer(name: str, X: Array, y: Array, X_new: Array, *, seconds: float, jobs: int = 1, seed: int = 1) -> PeerFit:
    """Run a peer on X (n, d), y (n,) and predict X_new (m, d).

    Raises:
        PeerError: it crashed, or was still running a minute after its time was up.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        np.savez(place / "in.npz", X=X, y=y, X_new=X_new)
        command = [sys.executable, "-m", "benchmarks.peers", name, folder, str(seconds), str(jobs), str(seed)]
        _run(name, command, 1.5 * seconds + _GRACE)
        try:
            report = json.loads((place / "out.json").read_text(encoding="utf-8"))
            values = np.load(place / "out.npy", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise PeerError(f"{name} left no result") from error
    return _counted(report, values, X, y)


def _run(name: str, command: list[str], limit: float) -> None:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    try:
        _, said = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the session that we started: it and its helpers
        process.communicate()
        raise PeerError(f"{name} was still running after {limit:.0f} s") from None
    if process.returncode:
        last = (said.strip().splitlines() or ["no message"])[-1]
        raise PeerError(f"{name} ended with code {process.returncode}: {last[:120]}")


def _counted(report: dict, values: Array, X: Array, y: Array) -> PeerFit:
    text, seconds = str(report["text"]), float(report["seconds"])
    try:
        network = without_dust(read_formula(text, [f"x{i + 1}" for i in range(X.shape[1])]), X, y)
    except FormulaError:
        return PeerFit(text, None, values, int(report["nodes"]), int(report["parameters"]), "own nodes", seconds)
    return PeerFit(text, network, values, network.complexity, network.n_parameters, "neurons", seconds)


def without_dust(network: Network, X: Array, y: Array) -> Network:
    """A peer's network with its constants rounded to the fewest digits (from 4) that leave its training R2 as it is.

    In the peer's favour: what float32 leaves behind, a `+ 6e-08` or a `1.0000001*`, does not count as complexity.
    """
    loss = 1.0 - r_squared(network.evaluate(X), y)
    for digits in (4, 5, 6, 7):
        rounded = network.with_constants(round(c, digits) for c in network.constants)
        shorter = to_network(to_expression(rounded), network.n_inputs)
        if shorter is not None and 1.0 - r_squared(shorter.evaluate(X), y) <= 1.001 * loss + 1e-12:
            return shorter
    return network
