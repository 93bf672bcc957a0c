"""Laws composed at random."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from xnet.engine.formulas.parser import read_formula
from xnet.errors import XNetError

from .cores import CORES
from .inputs import Inputs

_MOST_INPUTS = 9
#: Laws with a value that is this many standard deviations from the mean are left out: they depend on a few rows.
_LARGEST_DEVIATION = 12.0


def _law(core: Callable[[Inputs], str], rng: np.random.Generator) -> tuple[str, dict[str, tuple[float, float]]]:
    """One formula and the ranges of its inputs."""
    i = Inputs(rng)
    text = core(i)
    if i.chance(0.7):
        text = f"{i.monomial(3)}*{text}"
    if i.chance(0.25):
        text = f"{text}{'*+-'[i.rng.integers(3)]}{CORES[i.rng.integers(len(CORES))](i)}"
    if i.chance(0.5):
        text = f"{i.number()}*{text}"
    if i.chance(0.15):
        text = f"{i.new(-3, 3)}+{text}" if i.chance(0.5) else f"{i.number()}+{text}"
    used = set(re.findall(r"\b[a-z]\b", text))  # a core makes inputs for all of its forms and returns one form
    return text, {name: ends for name, ends in i.ranges.items() if name in used}


def laws(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows as in `formulas.csv`; the kinds of core take turns."""
    rng = np.random.default_rng(seed)
    n = 0
    while n < count:
        try:
            text, ranges = _law(CORES[n % len(CORES)], rng)
        except IndexError:  # more inputs than letters
            continue
        if 1 < len(ranges) <= _MOST_INPUTS and _well_behaved(text, ranges):
            n += 1
            low, high = (" ".join(f"{side:g}" for side in part) for part in zip(*ranges.values(), strict=True))
            yield {"name": f"Law-{seed}-{n}", "family": f"Laws-{seed}", "formula": text,
                   "variables": " ".join(ranges), "low": low, "high": high}


def _well_behaved(text: str, ranges: dict[str, tuple[float, float]]) -> bool:
    """Whether the law is finite in its ranges, of moderate size, and does not depend on a few rows only."""
    try:
        network = read_formula(text, tuple(ranges))
    except XNetError:
        return False
    low, high = (np.array(part) for part in zip(*ranges.values(), strict=True))
    with np.errstate(all="ignore"):
        y = network.evaluate(np.random.default_rng(0).uniform(low, high, (4000, len(ranges))))
    if not np.isfinite(y).all() or y.std() < 1e-6 or np.abs(y).max() > 1e8:
        return False
    return bool(np.abs(y - y.mean()).max() < _LARGEST_DEVIATION * y.std() and y.std() > 1e-3 * np.abs(y).max())
