"""The tables of few rows: what the target is without noise, and the inputs of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from xnet.arrays import Array


@dataclass(frozen=True)
class FewRows:
    """A table with its law.

    Attributes:
        part, name, noise: what it is, and the noise in standard deviations of the law (of the value in the classroom).
        X: (n, d) inputs; the box of the rows is where the suggestion is compared with the law.
        y: (n,) target with noise.
        law: the target without noise, of (k, d) inputs.
    """

    part: str
    name: str
    noise: float
    X: Array
    y: Array
    law: Callable[[Array], Array]


_CURVES: dict[str, Callable[[Array], Array]] = {
    "parabola": lambda x: 4 * x * (1 - x), "hump": lambda x: x**2 * np.exp(-6 * x),
    "peak": lambda x: np.exp(-(((x - 0.5) / 0.18) ** 2)), "wave": lambda x: np.sin(2 * np.pi * x),
    "fast wave": lambda x: np.sin(3 * np.pi * x + 0.4), "logistic": lambda x: 1 / (1 + np.exp(-14 * (x - 0.5))),
    "damped wave": lambda x: np.exp(-3 * x) * np.cos(9 * x), "corner": lambda x: np.abs(x - 0.4)}

#: Name -> the law and the range of its input.
_CLASSROOM: dict[str, tuple[Callable[[Array], Array], float, float]] = {
    "spring": (lambda x: 4.9 * x, 0.1, 0.6), "fall": (lambda t: 4.905 * t**2, 0.2, 1.4),
    "cooling": (lambda t: 20 + 60 * np.exp(-0.08 * t), 0.0, 30.0), "light": (lambda d: 400 / d**2, 1.0, 4.0),
    "pendulum": (lambda x: 2.006 * np.sqrt(x), 0.1, 1.5), "gas": (lambda v: 1500 / v, 8.0, 40.0),
    "capacitor": (lambda t: 5 * (1 - np.exp(-t / 4)), 0.5, 15.0),
    "throw": (lambda t: 1.5 + 9 * t - 4.905 * t**2, 0.0, 1.9), "planets": (lambda a: a**1.5, 0.4, 10.0),
    "oscillation": (lambda m: 2 * np.pi * np.sqrt(m / 12), 0.1, 1.0)}


def curves(seed: int) -> Iterator[FewRows]:
    """144 tables of one input: eight shapes, 8 to 25 rows, noise of 5, 20 and 40 %."""
    for n, noise, (i, (name, shape)) in product((8, 10, 12, 14, 18, 25), (0.05, 0.2, 0.4), enumerate(_CURVES.items())):
        rng = np.random.default_rng([seed, n, round(100 * noise), i])
        x = np.sort(rng.uniform(0.02, 1, n)) if n % 4 else np.linspace(0.02, 1, n)

        def law(X: Array, shape: Callable[[Array], Array] = shape) -> Array:
            return 50 + 20 * shape(X[:, 0] / 10)

        X = 10 * x[:, None]
        yield FewRows("curves", name, noise, X, _with_noise(law(X), noise, rng), law)


def classroom(seed: int) -> Iterator[FewRows]:
    """80 tables of an experiment: ten laws, 5 to 9 rows with three digits, noise of 1 and 3 % of the value."""
    for n, noise, (i, (name, (of, low, high))) in product((5, 6, 7, 9), (0.01, 0.03), enumerate(_CLASSROOM.items())):
        rng = np.random.default_rng([seed, n, round(1000 * noise), i])
        X = np.round(np.linspace(low, high, n), 3)[:, None]

        def law(X: Array, of: Callable[[Array], Array] = of) -> Array:
            return of(X[:, 0])

        y = law(X) * (1 + noise * rng.normal(size=n))
        yield FewRows("classroom", name, noise, X, np.array([float(f"{v:.3g}") for v in y]), law)


def designs(seed: int) -> Iterator[FewRows]:
    """48 designed experiments with random response surfaces, noise of 10, 20 and 30 %."""
    for (name, runs), noise, repeat in product(_designs().items(), (0.1, 0.2, 0.3), range(4)):
        n, d = runs.shape
        rng = np.random.default_rng([seed, n, round(100 * noise), repeat])
        slopes, bends = 3 * rng.normal(size=d), -rng.uniform(0.5, 4, d)
        joint = np.triu(1.2 * rng.normal(size=(d, d)), 1)

        def law(X: Array, slopes: Array = slopes, bends: Array = bends, joint: Array = joint) -> Array:
            coded = (X - 50) / 10
            return 60 + coded @ slopes + coded**2 @ bends + np.einsum("ni,ij,nj->n", coded, joint, coded)

        X = 50 + 10 * runs
        yield FewRows("designs", name, noise, X, _with_noise(law(X), noise, rng), law)


def pure_noise(seed: int) -> Iterator[FewRows]:
    """320 tables without a law: 8 to 40 rows of one or two inputs, and the designs; normal, heavy-tailed and skewed."""
    sizes = [(8, 1), (12, 1), (20, 1), (40, 1), (13, 2), (20, 2)]
    runs = _designs()
    for repeat, i in product(range(32), range(len(sizes) + len(runs))):
        rng = np.random.default_rng([seed, repeat, i])
        if i < len(sizes):
            name, X = "random inputs", rng.uniform(0, 10, sizes[i])
        else:
            name, coded = [*runs.items()][i - len(sizes)]
            X = 50 + 10 * coded
        values = (rng.normal(size=len(X)), rng.standard_t(3, len(X)), rng.exponential(size=len(X)))[repeat % 3]
        yield FewRows("noise", name, 1.0, X, 50 + values, lambda X: np.full(len(X), 50.0))


def _with_noise(values: Array, noise: float, rng: np.random.Generator) -> Array:
    return values + noise * values.std() * rng.normal(size=len(values))


def _designs() -> dict[str, Array]:
    """Designs of experiments in coded factors (n, d); the 3 x 3 factorial is run twice."""
    pairs = [[s if k == i else t if k == j else 0 for k in range(3)]
             for i, j in combinations(range(3), 2) for s, t in product((-1, 1), repeat=2)]
    return {"central composite 2": _central_composite(2, 5), "central composite 3": _central_composite(3, 6),
            "Box-Behnken 3": np.array([*pairs, *[[0, 0, 0]] * 3], dtype=float),
            "3 x 3 twice": np.array([*product((-1, 0, 1), repeat=2)] * 2, dtype=float)}


def _central_composite(d: int, centre: int) -> Array:
    axes = 2 ** (d / 4) * np.eye(d)
    return np.concatenate([np.array([*product((-1.0, 1.0), repeat=d)]), -axes, axes, np.zeros((centre, d))])
