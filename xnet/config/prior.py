"""Prior knowledge, as the command line and the app collect it, and as the config of a run stores it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from xnet.engine import ConstraintError, Constraints
from xnet.engine.problem.named_constants import constant_as_text, constants_of


@dataclass(frozen=True)
class Prior:
    """Prior knowledge about the formula; the default of every field is no constraint.

    Attributes:
        forbidden: inputs that no formula may use.
        required: inputs that every formula must use.
        nesting: (outer, inner) pairs of activations or groups; no `inner` may occur inside an `outer`.
        max_parameters: the largest number of fitted constants.
        increasing: inputs in which the output never falls.
        decreasing: inputs in which the output never rises.
        low: lower bound of the output.
        high: upper bound of the output.
        initial_formula: the formula that the search starts from.
        constants: named constants as texts, such as "g=9.81" (`xnet.engine.problem.named_constants`).
        template: a form with unknown parts, which are searched (`xnet.engine.formulas.partial_form`).
        unit_constants: the most numbers with a unit in a formula, if units steer the search; None if they do not.
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
    constants: tuple[str, ...] = ()
    unit_constants: int | None = None
    template: str | None = None

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Prior:
        """The prior knowledge of the entry `prior` of a config, as `to_config` returned it."""
        slopes: Mapping[str, str] = config.get("monotonic") or {}
        low, high = config.get("output_range") or (None, None)
        return cls(
            tuple(config.get("forbidden_inputs") or ()), tuple(config.get("required_inputs") or ()),
            tuple(tuple(pair) for pair in config.get("forbidden_nesting") or ()), config.get("max_parameters"),
            tuple(c for c, direction in slopes.items() if direction == "increasing"),
            tuple(c for c, direction in slopes.items() if direction == "decreasing"), low, high,
            config.get("initial_formula"), tuple(config.get("constants") or ()),
            (config.get("units") or {}).get("constants"), config.get("template"))

    @property
    def n_constraints(self) -> int:
        """The number of fields that are set."""
        return sum(getattr(self, part.name) != part.default for part in fields(self))

    def restricted_to(self, inputs: Sequence[str]) -> Prior:
        """The prior knowledge without other columns than these inputs."""
        def kept(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if name in inputs)

        return replace(self, forbidden=kept(self.forbidden), required=kept(self.required),
                       increasing=kept(self.increasing), decreasing=kept(self.decreasing))

    def to_config(self, inputs: Sequence[str]) -> dict[str, Any]:
        """The fields that are set, checked: the arguments of `Constraints.of`, and other fields by name.

        The units of the columns are still missing; `run_options.make_config` adds them.

        Args:
            inputs: the inputs of the search.

        Raises:
            ConstraintError: a name is unknown, two constraints contradict each other, or a constant cannot be used.
        """
        twice = [name for name in self.decreasing if name in self.increasing]
        if twice:
            raise ConstraintError(f"The column {twice[0]!r} is both increasing and decreasing; remove it from one of "
                                  "the two.")
        bounds = None if self.low is None and self.high is None else [self.low, self.high]
        given: dict[str, Any] = {
            "forbidden_inputs": list(self.forbidden), "required_inputs": list(self.required),
            "forbidden_nesting": [list(pair) for pair in self.nesting], "max_parameters": self.max_parameters,
            "monotonic": dict.fromkeys(self.increasing, "increasing") | dict.fromkeys(self.decreasing, "decreasing"),
            "output_range": bounds,
            "units": None if self.unit_constants is None else {"constants": self.unit_constants}}
        Constraints.of(inputs, **given)
        given["initial_formula"], given["template"] = self.initial_formula, self.template
        given["constants"] = [constant_as_text(*named) for named in constants_of(self.constants, inputs)]
        return {key: value for key, value in given.items() if value not in (None, [], {})}
