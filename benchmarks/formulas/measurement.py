"""Measure one formula by one system."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy import largest_error, r_squared
from benchmarks.peers.processes import fit_peer
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network

from .known_formulas import Formula
from .scoring import EXACT, RECOVERED, fresh, largest_compact, same_shape, true_structure


@dataclass(frozen=True)
class Row:
    """One line of the table: one formula by one system."""

    name: str
    family: str
    system: str
    exact: bool
    compact: bool
    recovered: bool
    structure: bool
    same_shape: bool
    seconds: float
    complexity: int
    truth_complexity: int
    parameters: int
    counted: str
    r2: float
    error: float
    formula: str
    failure: str = ""


@dataclass(frozen=True)
class Settings:
    """What is the same for every formula; `noise` is a share of the target's standard deviation."""

    seconds: float = 10.0
    rows: int = 200
    noise: float = 0.0
    parameters: bool = True
    jobs: int = 1
    seed: int = 1


def measure(formula: Formula, system: str = "xnet", settings: Settings | None = None) -> Row:
    """One formula by one system; whatever goes wrong in it makes a failed row."""
    settings = settings or Settings()
    X, y = formula.sample(settings.rows, settings.seed)
    y = y + settings.noise * y.std() * np.random.default_rng(settings.seed + 1).standard_normal(len(y))
    try:
        return _by_xnet(formula, X, y, settings) if system == "xnet" else _by_peer(formula, X, y, system, settings)
    except Exception as error:  # noqa: BLE001 - one formula must not end an hour's measurement
        return Row(formula.name, formula.family, system, False, False, False, False, False, settings.seconds, 0,
                   formula.truth.complexity, 0, "", float("-inf"), float("inf"), "", f"{type(error).__name__}: {error}")


def _by_xnet(formula: Formula, X: Array, y: Array, settings: Settings) -> Row:
    model = XNetRegressor(budget_seconds=settings.seconds, parameters=settings.parameters, n_jobs=settings.jobs,
                          random_state=settings.seed)
    begun = time.perf_counter()
    model.fit(X, y)
    spent = time.perf_counter() - begun
    network = model.network_
    values = network.evaluate(fresh(formula)[0])
    return scored(formula, "xnet", network, [values], spent, to_text(network, formula.variables), settings)


def _by_peer(formula: Formula, X: Array, y: Array, system: str, settings: Settings) -> Row:
    X_new = fresh(formula)[0]
    fit = fit_peer(system, X, y, X_new, seconds=settings.seconds, jobs=settings.jobs, seed=settings.seed)
    if fit.network is None:
        return scored(formula, system, None, [fit.values], fit.seconds, fit.text, settings,
                      (fit.complexity, fit.parameters, fit.counted))
    return scored(formula, system, fit.network, [fit.values, fit.network.evaluate(X_new)], fit.seconds, fit.text,
                  settings)


def scored(formula: Formula, system: str, network: Network | None, values: Sequence[Array], seconds: float, text: str,
           settings: Settings, size: tuple[int, int, str] | None = None) -> Row:
    """The row of what was found.

    Args:
        values: predictions at the fresh points; of several (a peer's own and its text's) the best count.
        size: complexity, parameters and how they were counted; those of the network when left out.
    """
    if size is None:
        assert network is not None  # only a peer's formula may be unreadable, and it brings its size
        size = (network.complexity, network.n_parameters, "neurons")
    y = fresh(formula)[1]
    error, r2 = min(largest_error(v, y) for v in values), max(r_squared(v, y) for v in values)
    exact = error < EXACT
    compact = exact and size[0] <= largest_compact(formula.truth)
    structure = compact or (network is not None and true_structure(network, formula, settings.rows, settings.seed))
    return Row(formula.name, formula.family, system, exact, compact, r2 > RECOVERED, structure,
               network is not None and same_shape(network, formula.truth), seconds, size[0], formula.truth.complexity,
               size[1], size[2], r2, error, text)
