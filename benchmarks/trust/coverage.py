"""Coverage: how often nominal 95 % intervals of constants contain the true value.

The structure of the formula is given; each table is new, with n = 40, 100 or 300 rows and normal noise of 3, 10, 20 or
40 % of the signal's standard deviation. Three forms are written with a constant too many, which has to be held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xnet.engine import Network
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.constants import ConstantEstimate, constant_estimates

from .figures import Figure

#: Group -> formulas with their true constants.
FORMS: dict[str, tuple[str, ...]] = {
    "growth and decay": ("3.2*exp(-0.476*a)", "4.1*exp(-0.83*a) + 0.6", "2.13*a**0.73"),
    "saturation": ("10.3/(1 + exp(4.5 - 1.47*a))", "5.3*a/(2.3 + a)", "3.3*tanh(0.61*a)"),
    "waves and logarithms": ("1.7*sin(2.3*a) + 0.43*b", "2.47*log(a) + 1.13"),
    "polynomials": ("1.2*a - 0.8*b + 0.37", "1.31*a**2 - 2.07*a + 0.71"),
    "products and quotients": ("1.3*a**0.71/b**0.44", "6.2/(2.17 + a*b)", "1/(1.571 + 0.4717*a*b)"),
}
ROWS, NOISE = (40, 100, 300), (0.03, 0.1, 0.2, 0.4)
_SHORT, _LONG = 36, 120


@dataclass(frozen=True)
class Case:
    """An interval of a constant in one table: its group, the true value, and the estimate."""

    group: str
    truth: float
    estimate: ConstantEstimate

    @property
    def covered(self) -> bool:
        """Whether the interval contains the true value."""
        low, high = self.estimate.low, self.estimate.high
        return low is not None and high is not None and low <= self.truth <= high


def cases(tables: int, seed: int) -> Iterator[Case]:
    """The intervals of all constants that are not held, in so many tables of each form."""
    for group, formulas in FORMS.items():
        for k, formula in enumerate(formulas):
            law = read_formula(formula, ("a", "b"))
            for table in range(tables):
                rng = np.random.default_rng([seed, sum(map(ord, group)), k, table])
                rows = noisy_rows(law, ROWS[table % 3], NOISE[table % 4], rng)
                for truth, estimate in zip(law.constants, constant_estimates(law, rows), strict=True):
                    if estimate.method != "held":
                        yield Case(group, truth, estimate)


def noisy_rows(law: Network, n: int, noise: float, rng: np.random.Generator) -> Rows:
    """Rows of a law: inputs uniform between 0.5 and 3, normal noise as a share of the signal's standard deviation."""
    X = rng.uniform(0.5, 3.0, (n, 2))
    signal = law.evaluate(X)
    y = signal + noise * signal.std() * rng.standard_normal(n)
    return Rows(np.ascontiguousarray(X.T), y, float(np.var(y)))


def measure(long: bool, seed: int) -> list[Figure]:
    """The coverage of all constants and of each group of forms, and how many intervals are profile intervals."""
    found = list(cases(_LONG if long else _SHORT, seed))
    figures = [_coverage("coverage of 95 % intervals", found, 0.93, 0.97)]
    figures += [_coverage(f"coverage: {group}", [case for case in found if case.group == group], 0.90, 0.99)
                for group in FORMS]
    profiles = float(np.mean([case.estimate.method == "profile" for case in found]))
    return [*figures, Figure("intervals by profile likelihood", profiles, None, None, len(found))]


def _coverage(name: str, found: list[Case], low: float, high: float) -> Figure:
    return Figure(name, float(np.mean([case.covered for case in found])), low, high, len(found))
