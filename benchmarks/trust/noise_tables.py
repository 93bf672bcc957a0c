"""False discoveries: how often a table of pure noise gets a formula, and how often the verdict believes one.

The target does not depend on the inputs: it is normal, heavy-tailed (Student's t with two degrees of freedom), skewed
(log-normal) or a whole number. The inputs are uniform, or of the same distribution as the target: where both have heavy
tails, a test that assumes normal errors finds a dependence in noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine import Budget

from .figures import Figure
from .searches import LONG, SHORT, search

#: Rows and inputs of the tables.
SIZES = ((10, 1), (15, 3), (20, 10), (20, 100), (30, 5), (50, 10), (100, 3), (200, 5), (15, 60), (1000, 10))
Draw = Callable[[np.random.Generator, int | tuple[int, int]], Array]


class Kind(NamedTuple):
    """How the inputs and the target of a kind of table are drawn."""

    inputs: Draw
    target: Draw


def _uniform(rng: np.random.Generator, size: int | tuple[int, int]) -> Array:
    return rng.random(size)


def _heavy(rng: np.random.Generator, size: int | tuple[int, int]) -> Array:
    return rng.standard_t(2, size)


def _skewed(rng: np.random.Generator, size: int | tuple[int, int]) -> Array:
    return rng.lognormal(0.0, 1.0, size)


KINDS = {
    "normal": Kind(_uniform, lambda rng, size: rng.standard_normal(size)),
    "heavy tails": Kind(_uniform, _heavy),
    "skewed": Kind(_uniform, _skewed),
    "whole numbers": Kind(lambda rng, size: rng.integers(0, 10, size).astype(float),
                          lambda rng, size: rng.integers(0, 20, size).astype(float)),
    "heavy tails, inputs too": Kind(_heavy, _heavy),
    "skewed, inputs too": Kind(_skewed, _skewed),
}
#: Levels of the verdict that believe a formula.
BELIEVED = ("exact", "strong", "plausible")
_LONG_REPEATS = 3


def tables(repeats: int, seed: int) -> Iterator[tuple[str, Array, Array]]:
    """The name, inputs and target of every size and kind, `repeats` times."""
    for repeat in range(repeats):
        for size, (n, d) in enumerate(SIZES):
            for index, (name, kind) in enumerate(KINDS.items()):
                rng = np.random.default_rng([seed, repeat, size, index])
                X = kind.inputs(rng, (n, d))
                yield f"{n} x {d}, {name}", X, kind.target(rng, n)


def measure(long: bool, seed: int) -> list[Figure]:
    """The shares of tables with a formula, and of tables with a formula that the verdict believes."""
    # One search at a time: each keeps some 100 MB of values.
    levels = [_level(name, X, y, LONG if long else SHORT) for name, X, y in tables(_LONG_REPEATS if long else 1, seed)]
    formulas = [level for level in levels if level is not None]
    believed = [level for level in formulas if level in BELIEVED]
    return [Figure("formulas in pure noise", len(formulas) / len(levels), None, 0.01, len(levels)),
            Figure("formulas in pure noise that the verdict believes", len(believed) / len(levels), None, 0.0,
                   len(levels))]


def _level(name: str, X: Array, y: Array, budget: Budget) -> str | None:
    """The level of the verdict on the formula of a table, which is printed; None where it gets none."""
    found = search(X, y, budget)
    if not found.is_formula:
        return None
    level = found.verdict().level
    print(f"  noise {name}: a formula of complexity {found.network.complexity}, verdict {level}", flush=True)
    return level
