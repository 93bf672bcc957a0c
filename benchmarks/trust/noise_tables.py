"""False discoveries: how often a table of pure noise gets a formula, and how often the verdict believes one.

The inputs are uniform or whole numbers, the target does not depend on them: normal, heavy-tailed (Student's t with two
degrees of freedom), skewed (log-normal) or whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from xnet.arrays import Array

from .figures import Figure
from .searches import LONG, SHORT, Search, search

#: Rows and inputs of the tables.
SIZES = ((10, 1), (15, 3), (20, 10), (20, 100), (30, 5), (50, 10), (100, 3), (200, 5), (15, 60), (1000, 10))
TARGETS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "heavy tails": lambda rng, n: rng.standard_t(2, n),
    "skewed": lambda rng, n: rng.lognormal(0.0, 1.0, n),
    "whole numbers": lambda rng, n: rng.integers(0, 20, n).astype(float),
}
#: Levels of the verdict that believe a formula.
BELIEVED = ("exact", "strong", "plausible")
_LONG_REPEATS = 3


def tables(repeats: int, seed: int) -> Iterator[tuple[str, Array, Array]]:
    """The name, inputs and target of every size with every kind of target, `repeats` times."""
    for repeat in range(repeats):
        for size, (n, d) in enumerate(SIZES):
            for kind, (name, target) in enumerate(TARGETS.items()):
                rng = np.random.default_rng([seed, repeat, size, kind])
                X = rng.integers(0, 10, (n, d)).astype(float) if name == "whole numbers" else rng.random((n, d))
                yield f"{n} x {d}, {name}", X, target(rng, n)


def measure(long: bool, seed: int) -> list[Figure]:
    """The shares of tables with a formula, and of tables with a formula that the verdict believes."""
    found = [(name, search(X, y, LONG if long else SHORT)) for name, X, y in
             tables(_LONG_REPEATS if long else 1, seed)]
    for name, result in found:
        if result.is_formula:
            print(f"  noise {name}: a formula of complexity {result.network.complexity}, "
                  f"verdict {result.verdict().level}", flush=True)
    return [Figure("formulas in pure noise", _share(found, lambda result: result.is_formula), None, 0.01, len(found)),
            Figure("formulas in pure noise that the verdict believes", _share(
                found, lambda result: result.is_formula and result.verdict().level in BELIEVED), None, 0.0, len(found))]


def _share(found: list[tuple[str, Search]], holds: Callable[[Search], bool]) -> float:
    return float(np.mean([holds(result) for _, result in found]))
