"""The random parts of a law: inputs, constants, monomials."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_LETTERS = ("a", "b", "c", "d", "f", "g", "h", "k", "m", "p", "q", "r", "s", "t", "u", "v", "w")


class Inputs:
    """The inputs of one law with their ranges, and random parts that use new inputs.

    Attributes:
        ranges: lowest and highest value of each input.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.ranges: dict[str, tuple[float, float]] = {}

    def new(self, low: float | None = None, high: float | None = None) -> str:
        """The name of a new input; without limits it gets a common positive range."""
        name = _LETTERS[len(self.ranges)]
        if low is None or high is None:
            low, high = ((1, 5), (1, 3), (1, 2), (0.5, 2.5), (1, 10))[self.rng.choice(5, p=(0.4, 0.3, 0.1, 0.1, 0.1))]
        self.ranges[name] = (float(low), float(high))
        return name

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return bool(self.rng.random() < p)

    def number(self) -> str:
        """A constant as text: a whole number, a fraction, a multiple of pi, or a decimal number."""
        kind = self.rng.choice(4, p=(0.3, 0.25, 0.15, 0.3))
        if kind == 0:
            return str(self.rng.integers(2, 9))
        if kind == 1:
            return ("1/2", "3/2", "1/3", "2/3", "4/3", "1/4", "3/5")[self.rng.integers(7)]
        if kind == 2:
            return ("2*pi", "4*pi", "1/(2*pi)", "pi", "1/(4*pi)", "4*pi/3", "8*pi")[self.rng.integers(7)]
        return f"{10 ** self.rng.uniform(-1, 1):.3g}"

    def monomial(self, most: int, powers: Sequence[str] = ("1", "1", "1", "2", "-1", "-1", "-2")) -> str:
        """A product of powers of one to `most` new inputs."""
        factors = []
        for _ in range(int(self.rng.integers(1, most + 1))):
            power, name = powers[self.rng.integers(len(powers))], self.new()
            factors.append(name if power == "1" else f"{name}**({power})")
        return "*".join(factors)

    def argument(self, most: int = 3, constant: float = 0.5) -> str:
        """The argument of a curve: a monomial of moderate size, with an inner constant with probability `constant`."""
        name, scaled = self.new(), f"({self.number()})*" if self.chance(constant) else ""
        rest = "".join(("*", "/")[self.rng.integers(2)] + self.new(1, 3) for _ in range(self.rng.integers(0, most)))
        return f"{scaled}{name}{rest}"
