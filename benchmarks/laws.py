"""Formulas nobody tuned on: `python -m benchmarks.laws --seed 7 --csv laws.csv`, for `benchmarks.formulas --file`.

Law-like formulas composed at random: a core of one of sixteen kinds (a sum of products, a root of a sum of squares, a
relativistic factor, a decay, a resonance, a saturation, ...), its arguments random monomials of the inputs with or
without an inner constant, a random monomial in front, now and then a second core or a further term. Ranges are those of
the benchmark list's kind: from 1 to 3 or 5, apart where one input has to stay below another, some mixed. The same seed
gives the same file, so a change of the engine can be looked at on one seed and measured on another that nobody looked
at.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from xnet.engine.formulas.parser import read_formula
from xnet.errors import XNetError

_LETTERS = ("a", "b", "c", "d", "f", "g", "h", "k", "m", "p", "q", "r", "s", "t", "u", "v", "w")
_MOST_INPUTS = 9
#: A law whose largest value is so many standard deviations off is hardly more than one row.
_WILDEST = 12.0


class _Inputs:
    """Hands out fresh inputs with ranges, and remembers them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.ranges: dict[str, tuple[float, float]] = {}

    def new(self, low: float | None = None, high: float | None = None) -> str:
        """A fresh input; without a range one of the common positive ones."""
        name = _LETTERS[len(self.ranges)]
        if low is None or high is None:
            low, high = ((1, 5), (1, 3), (1, 2), (0.5, 2.5), (1, 10))[self.rng.choice(5, p=(0.4, 0.3, 0.1, 0.1, 0.1))]
        self.ranges[name] = (float(low), float(high))
        return name

    def chance(self, p: float) -> bool:
        """True with the probability p."""
        return bool(self.rng.random() < p)

    def number(self) -> str:
        """A constant: a whole number, a fraction, a multiple of pi, or a measured one."""
        kind = self.rng.choice(4, p=(0.3, 0.25, 0.15, 0.3))
        if kind == 0:
            return str(self.rng.integers(2, 9))
        if kind == 1:
            return ("1/2", "3/2", "1/3", "2/3", "4/3", "1/4", "3/5")[self.rng.integers(7)]
        if kind == 2:
            return ("2*pi", "4*pi", "1/(2*pi)", "pi", "1/(4*pi)", "4*pi/3", "8*pi")[self.rng.integers(7)]
        return f"{10 ** self.rng.uniform(-1, 1):.3g}"

    def monomial(self, most: int, powers: Sequence[str] = ("1", "1", "1", "2", "-1", "-1", "-2")) -> str:
        """A product of powers of one to `most` fresh inputs."""
        factors = []
        for _ in range(int(self.rng.integers(1, most + 1))):
            power, name = powers[self.rng.integers(len(powers))], self.new()
            factors.append(name if power == "1" else f"{name}**({power})")
        return "*".join(factors)

    def argument(self, most: int = 3, own: float = 0.5) -> str:
        """What a curve is of: a monomial, with an inner constant in a share `own` of the cases, of moderate size."""
        name, scaled = self.new(), f"({self.number()})*" if self.chance(own) else ""
        rest = "".join(("*", "/")[self.rng.integers(2)] + self.new(1, 3) for _ in range(self.rng.integers(0, most)))
        return f"{scaled}{name}{rest}"


def _sum_of_products(i: _Inputs) -> str:
    sign = "-" if i.chance(0.3) else "+"
    return f"({i.monomial(2)}{sign}{i.monomial(2)})" if i.chance(0.6) else \
        f"({i.new()}*{i.new()}{sign}{i.new()}*{i.new()}+{i.new()}*{i.new()})"


def _root_of_squares(i: _Inputs) -> str:
    n = int(i.rng.integers(2, 4))
    if i.chance(0.4):
        parts = [f"({i.new(1, 3)}-{i.new(2, 5)})**2" for _ in range(n)]
    else:
        parts = [f"{i.new()}**2" for _ in range(n)]
    return f"({'+'.join(parts)})**({('1/2', '1/2', '-1/2', '-3/2', '-1')[i.rng.integers(5)]})"


def _relativistic(i: _Inputs) -> str:
    fast, light = i.new(1, 2), i.new(3, 10)
    top = ("1", f"(1+{fast}/{light})", f"({i.new()}-{fast}*{i.new()}/{light}**2)")[i.rng.integers(3)] \
        if i.chance(0.6) else "1"
    return f"{top}/(1-{fast}**2/{light}**2)**({('1/2', '1/2', '1', '3/2')[i.rng.integers(4)]})" \
        if i.chance(0.7) else f"1/(1+{fast}/{light})"


def _exponential(i: _Inputs) -> str:
    u = i.argument()
    return (f"exp(-{u})", f"(1-exp(-{u}))", f"(exp({u})-1)", f"1/(exp({u})-1)", f"1/(exp({u})+1)",
            f"1/(1+exp(-{u}))")[i.rng.integers(6)]


def _thermal(i: _Inputs) -> str:
    gap = f"({i.new(1, 3)}-{i.new(1, 3)})/{i.new()}" if i.chance(0.5) else f"({i.new(1, 3)}-{i.new(1, 3)})"
    return (f"1/(exp({gap})+1)", f"exp(-{gap})", f"(exp({gap})-1)", f"exp(-({gap})**2/2)")[i.rng.integers(4)]


def _wave(i: _Inputs) -> str:
    u, curve = i.argument(2), ("sin", "cos")[i.rng.integers(2)]
    return (f"{curve}({u})", f"{curve}({u})**2", f"(1-cos({u}))", f"(1+{i.new()}*cos({u}))",
            f"{curve}({u}-{i.new()})")[i.rng.integers(5)]


def _two_curves(i: _Inputs) -> str:
    first, second = ("exp(-{})", "cos({})", "sin({})", "tanh({})", "log({})"), ("sin({})", "cos({})", "exp(-{})")
    return first[i.rng.integers(5)].format(i.argument(2)) + "*" + second[i.rng.integers(3)].format(i.argument(2))


def _saturation(i: _Inputs) -> str:
    x = i.new()
    n = ("1", "1", "2", "3")[i.rng.integers(4)]
    half = i.new() if i.chance(0.5) else i.number()
    return f"{x}**{n}/(({half})**{n}+{x}**{n})" if i.chance(0.7) else f"tanh({i.argument()})"


def _ratio_of_sums(i: _Inputs) -> str:
    a, b = i.new(), i.new()
    c, d = i.new(), i.new()
    return (f"({a}*{c}+{b}*{d})/({a}+{b})", f"({a}-{b})/({a}+{b})*{c}/{d}", f"{a}*{b}/({c}*{a}+{d}*{b})",
            f"1/(1/{a}+1/{b}+1/{c})*{d}", f"({a}+{b})/({c}-{d}/({i.new(4, 8)}))")[i.rng.integers(5)]


def _difference_of_powers(i: _Inputs) -> str:
    n = ("2", "3", "4", "(-1)", "(-2)", "(1/2)")[i.rng.integers(6)]
    return f"({i.new(2, 5)}**{n}-{i.new(1, 3)}**{n})"


def _resonance(i: _Inputs) -> str:
    w, own = i.new(1, 3), i.new(3, 5)
    if i.chance(0.5):
        return f"1/({own}**2-{w}**2)"
    return f"1/(({own}**2-{w}**2)**2+({i.new(0.5, 2)}*{w})**2)**({('1', '1/2')[i.rng.integers(2)]})"


def _logarithm(i: _Inputs) -> str:
    return (f"log({i.new(2, 5)}/{i.new(1, 2)})", f"log(1+{i.argument()})",
            f"log(({i.new()}+{i.new()})/{i.new(1, 2)})")[i.rng.integers(3)]


def _cosine_rule(i: _Inputs) -> str:
    a, b = i.new(), i.new()
    return f"({a}**2+{b}**2-2*{a}*{b}*cos({i.new(0.5, 3)}))" + ("**(1/2)" if i.chance(0.5) else "")


def _angle(i: _Inputs) -> str:
    return (f"sin({i.new(0.2, 1.3)})/cos({i.new(0.2, 1.2)})", f"arcsin({i.new(0.2, 0.9)}*sin({i.new(0.3, 2.5)}))",
            f"tan({i.new(0.2, 0.7)}*{i.new(1, 2)})", f"sin(2*{i.new(0.2, 1.4)})",
            f"(sin({i.new(0.2, 1.5)})-{i.new(0.1, 0.9)}*cos({i.new(0.2, 1.5)}))")[i.rng.integers(5)]


def _one_minus(i: _Inputs) -> str:
    n = ("1", "2", "3")[i.rng.integers(3)]
    return f"(1-({i.new(1, 2)}/{i.new(3, 6)})**{n})" if i.chance(0.5) else f"(1+{i.number()}*{i.new()}**{n})"


def _nothing(i: _Inputs) -> str:
    return i.monomial(3, ("1", "1", "2", "3", "-1", "-2", "-3", "1/2", "-1/2", "3/2"))


_CORES: tuple[Callable[[_Inputs], str], ...] = (
    _sum_of_products, _root_of_squares, _relativistic, _exponential, _thermal, _wave, _two_curves, _saturation,
    _ratio_of_sums, _difference_of_powers, _resonance, _logarithm, _cosine_rule, _angle, _one_minus, _nothing)


def _law(core: Callable[[_Inputs], str], rng: np.random.Generator) -> tuple[str, dict[str, tuple[float, float]]]:
    """One formula and the ranges of its inputs."""
    i = _Inputs(rng)
    text = core(i)
    if i.chance(0.7):
        text = f"{i.monomial(3)}*{text}"
    if i.chance(0.25):
        text = f"{text}{'*+-'[i.rng.integers(3)]}{_CORES[i.rng.integers(len(_CORES))](i)}"
    if i.chance(0.5):
        text = f"{i.number()}*{text}"
    if i.chance(0.15):
        text = f"{i.new(-3, 3)}+{text}" if i.chance(0.5) else f"{i.number()}+{text}"
    used = set(re.findall(r"\b[a-z]\b", text))  # a kind writes all its forms down, and one is taken
    return text, {name: ends for name, ends in i.ranges.items() if name in used}


def laws(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows as in `formulas.csv`; every kind of core in turn."""
    rng = np.random.default_rng(seed)
    n = 0
    while n < count:
        try:
            text, ranges = _law(_CORES[n % len(_CORES)], rng)
        except IndexError:  # more inputs than letters
            continue
        if 1 < len(ranges) <= _MOST_INPUTS and _well_behaved(text, ranges):
            n += 1
            low, high = (" ".join(f"{side:g}" for side in part) for part in zip(*ranges.values(), strict=True))
            yield {"name": f"Law-{seed}-{n}", "family": f"Laws-{seed}", "formula": text,
                   "variables": " ".join(ranges), "low": low, "high": high}


def _well_behaved(text: str, ranges: dict[str, tuple[float, float]]) -> bool:
    """Whether the law is finite everywhere, of moderate size, and not all in a few rows."""
    try:
        network = read_formula(text, tuple(ranges))
    except XNetError:
        return False
    low, high = (np.array(part) for part in zip(*ranges.values(), strict=True))
    with np.errstate(all="ignore"):
        y = network.evaluate(np.random.default_rng(0).uniform(low, high, (4000, len(ranges))))
    if not np.isfinite(y).all() or y.std() < 1e-6 or np.abs(y).max() > 1e8:
        return False
    return bool(np.abs(y - y.mean()).max() < _WILDEST * y.std() and y.std() > 1e-3 * np.abs(y).max())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path, required=True, metavar="FILE")
    given = parser.parse_args(arguments)
    rows = list(laws(given.count, given.seed))
    with given.csv.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["name"])
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
