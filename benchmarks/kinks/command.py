"""Formulas with kinks: how many are found, how exactly their places, and how many kinks noise gets.

Five formulas on 200 rows (x from 0 to 10, z from -3 to 3), each with several seeds and with noise of 0, 5 and 20 % of
the target's standard deviation. A search has kinks in its library and a budget in steps, so that the figures do not
depend on the machine. The places are right if each true one has a place within 1e-6 without noise, within 0.6 with
noise, and the formula has no further one. Straight lines with noise of 5, 20 and 100 % must get no kink.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.options import measurement_parser
from benchmarks.output import CsvFile
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.networks.network import Network

_ROWS, _NOISE_OF_LINES = 200, (0.05, 0.2, 1.0)


@dataclass(frozen=True)
class Case:
    """A formula of x and z, and the places of its kinks."""

    name: str
    law: Callable[[Array, Array], Array]
    places: tuple[float, ...]


CASES = (
    Case("hinge", lambda x, z: 2 * np.maximum(0, x - 3.7), (3.7,)),
    Case("size", lambda x, z: np.abs(x - 6.2), (6.2,)),
    Case("change of slope", lambda x, z: 0.5 * x - 2 * np.maximum(0, x - 4.4), (4.4,)),
    Case("three segments", lambda x, z: x - 1.8 * np.maximum(0, x - 2.5) + 2.5 * np.maximum(0, x - 7.1), (2.5, 7.1)),
    Case("which input", lambda x, z: 0.7 * x + 3 * np.maximum(0, z - 0.8), (0.8,)),
)


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("kinks", __doc__, 1e6, "limit of a search, beside its steps")
    parser.add_argument("--steps", type=int, default=30, help="budget of a search in steps (default 30)")
    parser.add_argument("--seeds", type=int, default=3, help="tables of each formula (default 3)")
    parser.add_argument("--lines", type=int, default=100, help="straight lines (default 100)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the counts, and return the exit code."""
    given = build_parser().parse_args(arguments)
    file = CsvFile(given.csv)
    for noise in (0.0, 0.05, 0.2) if given.seeds else ():
        rows = [_measured(case, noise, given.seed + k, given.steps, given.seconds)
                for case in CASES for k in range(given.seeds)]
        for row in rows:
            file.write(row)
        right = sum(bool(row["right"]) for row in rows)
        print(f"{noise:4.0%} noise: {right} of {len(rows)} with all places right, "
              f"{np.mean([float(row['cpu_seconds']) for row in rows]):.1f} CPU seconds a search", flush=True)
    kinks = 0
    for k in range(given.lines):
        row = _line(given.seed + k, _NOISE_OF_LINES[k % len(_NOISE_OF_LINES)], given.steps, given.seconds)
        file.write(row)
        kinks += not row["right"]
    if given.lines:
        print(f"straight lines: {kinks} of {given.lines} got a kink")
    return 0


def places_of(network: Network) -> list[float]:
    """The places of all kinks of a formula, in units of their inputs: c of max(0, x - c), |x - c| and step(x - c)."""
    found = []
    for expr in _parts(to_expression(network)):
        if expr.kind is ExprKind.CALL and expr.name in ("hinge", "abs", "step", "max", "min"):
            inner = expr.args[0]
            single = inner.kind is ExprKind.SUM and len(inner.args) == 1
            found.append(-inner.value / inner.args[0][1] if single else np.nan)
    return found


def _parts(expr: Expr) -> Iterator[Expr]:
    yield expr
    for item in expr.args:
        yield from _parts(item if isinstance(item, Expr) else next(e for e in item if isinstance(e, Expr)))


def _measured(case: Case, noise: float, seed: int, steps: int, seconds: float) -> dict[str, object]:
    """One search of a formula with kinks."""
    rng = np.random.default_rng(seed)
    x, z = rng.uniform(0, 10, _ROWS), rng.uniform(-3, 3, _ROWS)
    y = case.law(x, z)
    y = y + noise * y.std() * rng.normal(size=_ROWS)
    model, used = _search(np.column_stack([x, z]), y, seed, steps, seconds)
    found, close = places_of(model.network_), 0.6 if noise else 1e-6
    right = len(found) == len(case.places) and all(min(abs(np.array(found) - c)) <= close for c in case.places)
    return {"case": case.name, "noise": noise, "seed": seed, "right": right, "cpu_seconds": round(used, 2),
            "formula": model.formula_}


def _line(seed: int, noise: float, steps: int, seconds: float) -> dict[str, object]:
    """One search of a straight line in noise."""
    rng = np.random.default_rng(1000 + seed)
    X = np.column_stack([rng.uniform(0, 10, _ROWS), rng.uniform(-3, 3, _ROWS)])
    y = 1.5 * X[:, 0] - 2.0
    y = y + noise * y.std() * rng.normal(size=_ROWS)
    model, used = _search(X, y, seed, steps, seconds)
    return {"case": "line", "noise": noise, "seed": seed, "right": not places_of(model.network_),
            "cpu_seconds": round(used, 2), "formula": model.formula_}


def _search(X: Array, y: Array, seed: int, steps: int, seconds: float) -> tuple[XNetRegressor, float]:
    started = time.process_time()
    model = XNetRegressor(activations=["default", "kinks"], budget_steps=steps, budget_seconds=seconds,
                          random_state=seed).fit(X, y)
    return model, time.process_time() - started
