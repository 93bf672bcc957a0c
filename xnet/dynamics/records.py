"""Systems as JSON trees, which run folders and bundles hold, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network
from xnet.errors import DataError

from .code import to_javascript_system, to_julia_system, to_latex_system, to_python_system, to_sympy_system
from .estimator import XNetDynamics
from .system import System
from .trajectories import Trajectories

#: The largest network of a record; no search creates larger ones.
_MOST_NEURONS = 1000


def records_of(model: XNetDynamics) -> list[dict[str, Any]]:
    """Every system of the joint front with all that belongs to it, the suggested one first.

    The keys are those of `XNetDynamics.to_json`, and `complexity`, `whole` (whether whole trajectories were simulated)
    and `bands` (the ends of the 95 % bands of the curves, (2, n_rows, d); None without bands).
    """
    records = []
    for index in reversed(range(len(model.candidates_))):  # the suggested system stays selected
        model.select(index)
        bands = model.bands_
        records.append({**model.to_json(), "complexity": model.system_.complexity,
                        "whole": model.candidates_[index].whole,
                        "bands": None if bands is None else bands.curves.tolist()})
    return records[::-1]


def system_of(record: Mapping[str, Any]) -> System:
    """The system of a record.

    Raises:
        DataError, NetworkError: the record does not hold a system.
    """
    try:
        states, inputs = tuple(map(str, record["states"])), tuple(map(str, record["inputs"]))
        networks = tuple(Network.from_json(equation["network"]) for equation in record["equations"])
    except (KeyError, TypeError) as error:
        raise DataError("A record does not hold a system of equations. Ask for a new copy of the file.") from error
    width = len(states) + len(inputs)
    if len(networks) != len(states) or any(
            network.n_inputs != width or len(network.neurons) > _MOST_NEURONS for network in networks):
        raise DataError(f"A record holds {len(networks)} equations that do not fit {len(states)} states and "
                        f"{len(inputs)} driving inputs. Ask for a new copy of the file.")
    return System(states, inputs, networks)


def first_states_of(record: Mapping[str, Any], data: Trajectories) -> Array:
    """The first states (m, d) of a record.

    Raises:
        DataError: they do not fit the m trajectories.
    """
    shape = len(data.items), len(record["states"])
    try:
        first = np.array(record["first_states"], dtype=float)
    except (KeyError, TypeError, ValueError):
        first = np.zeros(0)
    if first.shape != shape or not np.isfinite(first).all():
        raise DataError("A record holds no first states for its trajectories. Ask for a new copy of the file.")
    return first


def files_of(record: Mapping[str, Any], data: Trajectories) -> dict[str, str]:
    """The system of a record as files: Python, LaTeX, SymPy, Julia and JavaScript, by name."""
    system, items, first = system_of(record), data.items, first_states_of(record, data)
    return {"system.py": to_python_system(system, items, first), "system.tex": to_latex_system(system) + "\n",
            "system_sympy.txt": "\n".join(map(str, to_sympy_system(system))) + "\n",
            "system.jl": to_julia_system(system, items, first), "system.js": to_javascript_system(system)}
