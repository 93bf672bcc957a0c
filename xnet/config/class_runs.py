"""Runs that search one class against the rest: whether a run is one, and which class it explains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xnet.evidence.class_probability import LOGISTIC

#: With fewer rows of a class, or of the rest, there is nothing to tell them apart by.
FEWEST_OF_A_CLASS = 5


def is_class(config: Mapping[str, Any]) -> bool:
    """Whether a run tells a class from the rest."""
    return config.get("loss") == LOGISTIC


def what_is_probable(config: Mapping[str, Any]) -> str:
    """What a class's formula gives the probability of, e.g. "species is setosa"; of a column of 0 and 1, that it is 1.
    """
    target = str(config["target"])
    return target if target in (config.get("made") or {}) else f"{target} is 1"
