"""Picks under noise: whether the suggestion for a known law is the law, at 5, 10 and 20 % noise with 60 and 200 rows.

The inputs are uniform between 0.5 and 3; up to two inputs are not in the law. The suggestion is compared with the law
on 2,000 fresh rows without noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from xnet.arrays import Array
from xnet.engine.formulas.parser import read_formula

from .figures import Figure
from .searches import LONG, SHORT, Search, search

LAWS = ("3.2*exp(-a/2.1)", "10.3/(1 + exp(4.5 - 1.47*a))", "6.28*a/(1 + 0.47*a*b)", "2.1*a**0.75", "a*b/c",
        "1.7*sin(2.3*a) + 0.4*b", "0.5*a*b**2", "3 + 2*a - 1.5*b", "a*b + c*d", "5*a/(2.3 + a)", "sqrt(a*a + b*b)",
        "2.5*log(a) + 1.2*b", "a**1.5/sqrt(b)", "4.1*exp(-0.8*a) + 0.6", "1.3*a**2 - 2*a + 0.7", "9.81*a*b*sin(c)",
        "a/(b + 3*c)", "2*a*b/(a + b)", "1.2*a + 0.8*b + 0.5*c + 0.3*d", "exp(-(a - 1.5)**2/0.6)")
NOISE, ROWS = (0.05, 0.1, 0.2), (60, 200)
_FRESH = 2000


def tables(seed: int, long: bool) -> Iterator[tuple[str, float, Array, Array, Array, Array]]:
    """The name, noise, inputs, noisy target, and the fresh inputs and values of the law; short: one table a law."""
    for k, law in enumerate(LAWS):
        names = tuple(name for name in "abcd" if name in law.replace("exp", "").replace("sqrt", ""))
        network = read_formula(law, names)
        settings = list(product(NOISE, ROWS))
        for which in range(len(settings)) if long else [k % len(settings)]:
            noise, n = settings[which]
            rng = np.random.default_rng([seed, k, which])
            X = rng.uniform(0.5, 3.0, (n + _FRESH, len(names) + (k + which) % 3))
            signal = network.evaluate(X[:, :len(names)])
            y = signal[:n] + noise * signal[:n].std() * rng.standard_normal(n)
            yield f"{law}, {noise:.0%} noise, {n} rows", noise, X[:n], y, X[n:], signal[n:]


def measure(long: bool, seed: int) -> list[Figure]:
    """The share of suggestions that miss less of the law than the noise hides, and that read the right inputs."""
    recovered, inputs, defined = [], [], []
    for name, noise, X, y, fresh, signal in tables(seed, long):
        result = search(X, y, LONG if long else SHORT)
        error = _error(result, fresh, signal)
        recovered.append(error < noise**2)
        inputs.append(all(j < _of_the_law(name) for j in result.network.variables))
        defined.append(not result.explodes())
        if not (recovered[-1] and inputs[-1] and defined[-1]):
            print(f"  law {name}: unexplained {error:.3g}, complexity {result.network.complexity}", flush=True)
    return [Figure("laws recovered under noise", float(np.mean(recovered)), 0.95, None, len(recovered)),
            Figure("laws without an input that is not in them", float(np.mean(inputs)), 0.95, None, len(inputs)),
            Figure("laws: suggestions with a missing value or a pole", float(len(defined) - sum(defined)), None, 0.0,
                   len(defined), percent=False)]


def _of_the_law(name: str) -> int:
    law = name.split(",")[0].replace("exp", "").replace("sqrt", "")
    return sum(letter in law for letter in "abcd")


def _error(result: Search, fresh: Array, signal: Array) -> float:
    """The share of the law's variance that the suggestion does not explain; infinite where it has no value."""
    with np.errstate(all="ignore"):
        values = result.network.evaluate(fresh)
    error = float(np.mean((values - signal) ** 2) / signal.var())
    return error if np.isfinite(error) else float("inf")
