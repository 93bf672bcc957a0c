"""Trajectories of known systems, computed once."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.system import System, simulate
from xnet.engine.formulas.parser import read_formula


def system_of(states: tuple[str, ...], *formulas: str, inputs: tuple[str, ...] = ()) -> System:
    return System(states, inputs, tuple(read_formula(text, states + inputs) for text in formulas))


@pytest.fixture(scope="package")
def predator_prey() -> tuple[System, np.ndarray, np.ndarray]:
    """The system of Lotka and Volterra: the system, times (80,) and states (80, 2)."""
    system = system_of(("prey", "predator"), "0.9*prey - 0.4*prey*predator", "0.3*prey*predator - 0.7*predator")
    t = np.linspace(0, 20, 80)
    return system, t, simulate(system, np.array([3.0, 1.5]), t).X
