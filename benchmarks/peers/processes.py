"""Run a peer in its own process with a hard time limit, so that a crash or an endless fit does not end the benchmark.

The peers are optional: `pip install -r requirements-benchmarks.txt`. Their settings are in `pyoperon_fit.py` and
`gplearn_fit.py`. Only the duration of their `fit` counts, not the start of the process or the imports.
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
#: Seconds beyond the limit of the fit: for the start of the process, imports and a last generation.
_GRACE = 60.0


class PeerError(Exception):
    """A peer crashed, ran for too long or left no result; the message says which."""


@dataclass(frozen=True)
class PeerFit:
    """The formula that a peer found.

    Attributes:
        text: the formula in x1, x2, ...
        network: the formula as a network, without the rounding errors of float32; None if X-Net cannot read the text.
        values: (m,) the peer's own predictions at the fresh points.
        complexity, parameters: counted by X-Net's rule if the text could be read, else by the peer's rule.
        counted: the rule of the two counts, "neurons" (X-Net's) or "own nodes" (the peer's).
        seconds: duration of the fit.
    """

    text: str
    network: Network | None
    values: Array
    complexity: int
    parameters: int
    counted: str
    seconds: float


def check_peers(names: list[str]) -> list[str]:
    """The same names, if all are installed peers.

    Raises:
        SystemExit: a name is not a peer, or the peer is not installed.
    """
    for name in names:
        if name not in PEERS:
            raise SystemExit(f"--peers names {name!r}, which is not a peer; use {', '.join(PEERS)}.")
        if importlib.util.find_spec(name) is None:
            raise SystemExit(f"{name} is not installed; run: pip install -r requirements-benchmarks.txt")
    return names


def fit_peer(name: str, X: Array, y: Array, X_new: Array, *, seconds: float, jobs: int = 1, seed: int = 1) -> PeerFit:
    """Run a peer on X (n, d), y (n,) and predict X_new (m, d).

    Raises:
        PeerError: the peer crashed, left no result, or was still running a minute after its time limit.
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
        os.killpg(process.pid, signal.SIGKILL)  # the session that was started above: the peer and its own processes
        process.communicate()
        raise PeerError(f"{name} was still running after {limit:.0f} s") from None
    if process.returncode:
        last = (said.strip().splitlines() or ["no message"])[-1]
        raise PeerError(f"{name} ended with code {process.returncode}: {last[:120]}")


def _counted(report: dict, values: Array, X: Array, y: Array) -> PeerFit:
    text, seconds = str(report["text"]), float(report["seconds"])
    try:
        network = without_rounding_errors(read_formula(text, [f"x{i + 1}" for i in range(X.shape[1])]), X, y)
    except FormulaError:
        return PeerFit(text, None, values, int(report["nodes"]), int(report["parameters"]), "own nodes", seconds)
    return PeerFit(text, network, values, network.complexity, network.n_parameters, "neurons", seconds)


def without_rounding_errors(network: Network, X: Array, y: Array) -> Network:
    """A peer's network with constants rounded to the fewest decimals (4 to 7) that do not lower the training R².

    This favours the peer: a rounding error of float32, such as `+ 6e-08` or `1.0000001*`, does not count as complexity.

    Args:
        network: the peer's formula.
        X: (n, d) training rows.
        y: (n,) training target.
    """
    loss = 1.0 - r_squared(network.evaluate(X), y)
    for digits in (4, 5, 6, 7):
        rounded = network.with_constants(round(c, digits) for c in network.constants)
        shorter = to_network(to_expression(rounded), network.n_inputs)
        if shorter is not None and 1.0 - r_squared(shorter.evaluate(X), y) <= 1.001 * loss + 1e-12:
            return shorter
    return network
