"""The definitions of the own functions in a formula, as a line beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def definitions_text(formula: Mapping[str, Any], start: str = "where ") -> str:
    """The definitions that a formula record uses, e.g. "where hill(x, y) = x/(x + y)"; "" without own functions."""
    if not any("=" in neuron["activation"] for neuron in formula["network"]["neurons"]):
        return ""
    from xnet.engine import Network, definitions_used  # the help of the command line does not wait for it

    return start + "; ".join(definitions_used(Network.from_json(formula["network"])))
