"""Sums of products of curves of single inputs, composed at random: as in kinetics, creep, costs and growth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xnet.arrays import Array

_NAMES = "abc"
_EXPONENTS = ("2", "3", "0.5", "-1", "1.5", "-0.5", "-2")
#: Standard deviations of the terms differ by at most this factor, up and down.
_LARGEST_FACTOR = 5.0
_ROWS = 200


def sums(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows as in `formulas.csv`: two to four terms, each a curve of an input, or a product of curves of two inputs."""
    for n in range(count):
        rng = np.random.default_rng((seed, n))
        d = int(rng.integers(1, 4))
        low = rng.choice([0.1, 0.5, 1.0, 2.0], d)
        high = low * rng.choice([3.0, 5.0, 10.0, 20.0], d)
        X = rng.uniform(low, high, (_ROWS, d))
        yield {"name": f"Sum-{seed}-{n + 1}", "family": f"Sums-{seed}", "formula": _sum(rng, X, high - low),
               "variables": " ".join(_NAMES[:d]), "low": " ".join(f"{v:g}" for v in low),
               "high": " ".join(f"{v:g}" for v in high)}


def _sum(rng: np.random.Generator, X: Array, width: Array) -> str:
    """A sum on rows X (n, d) of inputs whose ranges have widths (d,)."""
    d = X.shape[1]
    text, whole = "", np.zeros(len(X))
    for _ in range(int(rng.integers(2, 4 if d == 1 else 5))):
        j = int(rng.integers(d))
        name, values = _curve(rng, j, X[:, j], width[j])
        if d > 1 and rng.random() < 0.4:
            k = (j + int(rng.integers(1, d))) % d
            other, more = _curve(rng, k, X[:, k], width[k])
            name, values = f"{name}*{other}", values * more
        size = _LARGEST_FACTOR ** rng.uniform(-1.0, 1.0) / np.std(values)
        text += f"{rng.choice([-1, 1, 1, 1]) * size:+.3g}*{name}"
        whole += size * values
    return text.lstrip("+") + (f"{np.std(whole) * rng.uniform(-1, 2):+.3g}" if rng.random() < 0.6 else "")


def _curve(rng: np.random.Generator, j: int, x: Array, width: float) -> tuple[str, Array]:
    """A curve of input j with values x (n,): the input, a power, an exponential, a logarithm or a wave."""
    name, kind = _NAMES[j], rng.random()
    if kind < 0.25:
        return name, x
    if kind < 0.6:
        p = str(rng.choice(_EXPONENTS)) if rng.random() < 0.8 else f"{rng.uniform(-2.5, 3.5):.2f}"
        return f"{name}**({p})", x ** float(p)
    if kind < 0.82:
        rate = f"{rng.choice([-1, -1, 1]) * rng.uniform(0.7, 6.0) / width:.3g}"
        return f"exp({rate}*{name})", np.exp(float(rate) * x)
    if kind < 0.9:
        return f"log({name})", np.log(x)
    frequency = f"{2.0 * np.pi * rng.uniform(0.5, 3.0) / width:.3g}"
    return f"sin({frequency}*{name})", np.sin(float(frequency) * x)
