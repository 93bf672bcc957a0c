"""Measure one formula by one system."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.accuracy import largest_error, r_squared, share_within
from benchmarks.peers.processes import fit_peer
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network

from .known_formulas import Formula
from .scoring import (
    EXACT,
    RECOVERED,
    RELATIVE_ERROR,
    RELATIVE_SHARE,
    fresh,
    largest_compact,
    same_shape,
    true_structure,
)


@dataclass(frozen=True)
class Row:
    """The result of one system on one formula."""

    name: str
    family: str
    system: str
    exact: bool
    relative: bool
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
    """Settings of all fits.

    Attributes:
        noise: a share of the target's standard deviation.
        unit_constants: where formulas have units, these steer the search, and so many numbers may have a unit.
    """

    seconds: float = 10.0
    rows: int = 200
    noise: float = 0.0
    parameters: bool = True
    jobs: int = 1
    seed: int = 1
    unit_constants: int = 0


def measure(formula: Formula, system: str = "xnet", settings: Settings | None = None) -> Row:
    """Fit one formula with one system. Any exception becomes a row with `failure` set."""
    settings = settings or Settings()
    X, y = formula.sample(settings.rows, settings.seed)
    y = y + settings.noise * y.std() * np.random.default_rng(settings.seed + 1).standard_normal(len(y))
    try:
        return _by_xnet(formula, X, y, settings) if system == "xnet" else _by_peer(formula, X, y, system, settings)
    except Exception as error:  # noqa: BLE001 - one formula must not end a long measurement
        nothing = (False, False, False, False, False, False)
        return Row(formula.name, formula.family, system, *nothing, settings.seconds, 0, formula.truth.complexity, 0,
                   "", float("-inf"), float("inf"), "", f"{type(error).__name__}: {error}")


def _by_xnet(formula: Formula, X: Array, y: Array, settings: Settings) -> Row:
    model = XNetRegressor(budget_seconds=settings.seconds, parameters=settings.parameters, n_jobs=settings.jobs,
                          random_state=settings.seed, **_steering(formula, settings))
    begun = time.perf_counter()
    model.fit(X, y)
    spent = time.perf_counter() - begun
    network = model.network_
    values = network.evaluate(fresh(formula)[0])
    return scored(formula, "xnet", network, [values], spent, to_text(network, formula.variables), settings)


def _steering(formula: Formula, settings: Settings) -> dict[str, Any]:
    """The arguments by which the formula's units steer a search; none without units."""
    columns = [*(f"x{i}" for i in range(len(formula.variables))), "y"]
    return {} if not formula.units else {"units": dict(zip(columns, formula.units, strict=True)),
                                         "units_mode": "enforce", "max_unit_constants": settings.unit_constants}


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
    """The row of a formula that was found.

    Args:
        formula: the known formula.
        system: the program that found it.
        network: what was found; None if the text of a peer could not be read.
        values: (1000,) predictions at the fresh points. There may be several (a peer's own and those of its text); the
            best count.
        seconds: duration of the fit.
        text: the formula that was found.
        settings: of the fit.
        size: complexity, parameters and how they were counted; by default those of the network.
    """
    if size is None:
        assert network is not None  # only a peer's text may be unreadable, and then a size is given
        size = (network.complexity, network.n_parameters, "neurons")
    y = fresh(formula)[1]
    error, r2 = min(largest_error(v, y) for v in values), max(r_squared(v, y) for v in values)
    exact = error < EXACT
    compact = exact and size[0] <= largest_compact(formula.truth)
    structure = compact or (network is not None and true_structure(network, formula, settings.rows, settings.seed))
    relative = max(share_within(v, y, RELATIVE_ERROR) for v in values) >= RELATIVE_SHARE
    return Row(formula.name, formula.family, system, exact, relative, compact, r2 > RECOVERED, structure,
               network is not None and same_shape(network, formula.truth), seconds, size[0], formula.truth.complexity,
               size[1], size[2], r2, error, text)
