"""What a person knows beforehand, as the command line and the app ask for it, and as a run's config keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from xnet.engine import ConstraintError, Constraints


@dataclass(frozen=True)
class Prior:
    """What is known beforehand; every field left out asks for nothing.

    Attributes:
        forbidden, required: inputs that no formula may use, and that every one has to use.
        nesting: (outer, inner) pairs of activations or groups; no inner one stands inside an outer one.
        max_parameters: the most fitted constants.
        increasing, decreasing: inputs in which the output never falls, and in which it never rises.
        low, high: bounds of the output.
        initial_formula: what the search starts from.
    """

    forbidden: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    nesting: tuple[tuple[str, ...], ...] = ()
    max_parameters: int | None = None
    increasing: tuple[str, ...] = ()
    decreasing: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    initial_formula: str | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Prior:
        """The prior knowledge that a config holds, as `arguments` wrote it."""
        slopes: Mapping[str, str] = arguments.get("monotonic") or {}
        low, high = arguments.get("output_range") or (None, None)
        return cls(
            tuple(arguments.get("forbidden_inputs") or ()), tuple(arguments.get("required_inputs") or ()),
            tuple(tuple(pair) for pair in arguments.get("forbidden_nesting") or ()), arguments.get("max_parameters"),
            tuple(c for c, word in slopes.items() if word == "increasing"),
            tuple(c for c, word in slopes.items() if word == "decreasing"), low, high,
            arguments.get("initial_formula"))

    @property
    def wishes(self) -> int:
        """How many things are known, to be said in one line."""
        return sum(getattr(self, part.name) != part.default for part in fields(self))

    def among(self, inputs: Sequence[str]) -> Prior:
        """What of it can be asked of a search on these inputs: what is said of other columns is left out."""
        def known(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if name in inputs)

        return replace(self, forbidden=known(self.forbidden), required=known(self.required),
                       increasing=known(self.increasing), decreasing=known(self.decreasing))

    def arguments(self, inputs: Sequence[str]) -> dict[str, Any]:
        """Only what was given, checked: the arguments of `Constraints.of`, and `initial_formula`.

        Raises:
            ConstraintError: a name is unknown, or two wishes contradict each other.
        """
        twice = [name for name in self.decreasing if name in self.increasing]
        if twice:
            raise ConstraintError(f"The column {twice[0]!r} is both increasing and decreasing; drop it from one of "
                                  "them.")
        bounds = None if self.low is None and self.high is None else [self.low, self.high]
        given: dict[str, Any] = {
            "forbidden_inputs": list(self.forbidden), "required_inputs": list(self.required),
            "forbidden_nesting": [list(pair) for pair in self.nesting], "max_parameters": self.max_parameters,
            "monotonic": dict.fromkeys(self.increasing, "increasing") | dict.fromkeys(self.decreasing, "decreasing"),
            "output_range": bounds}
        Constraints.of(inputs, **given)
        given["initial_formula"] = self.initial_formula
        return {key: value for key, value in given.items() if value not in (None, [], {})}
