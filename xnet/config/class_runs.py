"""Runs that separate one class from the rest: how to recognize them, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xnet.evidence.class_probability import ADDED_COMPLEXITY, LOGISTIC

#: The fewest rows that the class, and the rest, must have.
FEWEST_ROWS_OF_A_CLASS = 5
#: The smallest limit of the complexity: the neurons that turn log-odds into a probability, and a neuron of two inputs.
SMALLEST_CLASS_COMPLEXITY = ADDED_COMPLEXITY + 3


def is_class(config: Mapping[str, Any]) -> bool:
    """Whether a run separates one class from the rest."""
    return config.get("loss") == LOGISTIC


def class_event(config: Mapping[str, Any]) -> str:
    """The event whose probability the formula gives, e.g. "species is setosa"; "sick is 1" for a column of 0 and 1."""
    target = str(config["target"])
    return target if target in (config.get("derived") or {}) else f"{target} is 1"
