"""Experiments of a laboratory: known laws, settings on a grid, and the noise of the instruments.

`benchmarks/laboratory.csv` holds the formulas. A level of an input is a list of numbers, or `low:high:count` for evenly
spaced ones; every combination of levels is measured once. The noise is an absolute number, a share of the value, or
that of counts. Values have four digits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np

from xnet.arrays import Array
from xnet.engine.formulas.parser import read_formula

from .tables import FewRows

_FILE = Path(__file__).parents[1] / "laboratory.csv"
_DIGITS = 4


def laboratory(seed: int) -> Iterator[FewRows]:
    """39 tables of up to four inputs, 7 to 183 rows."""
    with _FILE.open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            levels = {name.strip(): _levels(text) for name, text in (
                part.split("=") for part in row["levels"].split(";"))}
            X = np.array(list(product(*levels.values())))
            network = read_formula(row["formula"], list(levels))
            values = network.evaluate(X)
            size = _size_of_noise(row["noise"], values)
            y = values + size * np.random.default_rng([seed, number]).normal(size=len(values))
            unit = 10.0 ** (np.floor(np.log10(np.abs(y).max())) - _DIGITS + 1)
            yield FewRows("laboratory", row["name"], float(np.sqrt(np.mean(size**2)) / values.std()), X,
                          np.round(y / unit) * unit, network.evaluate)


def _levels(text: str) -> list[float]:
    if ":" in text:
        low, high, count = text.split(":")
        return np.linspace(float(low), float(high), int(count)).tolist()
    return [float(number) for number in text.split()]


def _size_of_noise(text: str, values: Array) -> Array:
    """The standard deviations (n,) of the errors."""
    if text == "counts":
        return np.sqrt(np.abs(values))
    return np.abs(values) * float(text[:-1]) / 100.0 if text.endswith("%") else np.full(len(values), float(text))
