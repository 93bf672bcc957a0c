"""What is fuzzed: a function for each area, which makes one input and reads it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .files import bundles, command_line, reader, states
from .texts import dates, formulas, numbers, units

#: Area -> (function, share of all inputs). A function raises nothing if the input is read, or refused in a sentence.
AREAS: dict[str, tuple[Callable[[Random], None], float]] = {
    "numbers": (numbers, 0.46), "dates": (dates, 0.14), "units": (units, 0.12), "formulas": (formulas, 0.16),
    "reader": (reader, 0.09), "bundles": (bundles, 0.01), "states": (states, 0.015),
    "command_line": (command_line, 0.005)}


def read_one(area: str, seed: int) -> None:
    """Make and read the input of a seed; equal seeds give equal inputs in every process."""
    AREAS[area][0](Random(f"{area} {seed}"))
