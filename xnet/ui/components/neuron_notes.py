"""The texts of the inspector, which opens on a neuron of the drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xnet.ui.text import shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.number_text import measured
from xnet.wording.score_text import r2

#: Lower limits of the target fit with their names; a lower fit is "far from its target".
FITS = ((0.9995, "on its target"), (0.95, "close to its target"), (0.5, "on the way to its target"))
#: Longest formula of a neuron, in characters; the full formula is below the drawing.
MOST_LETTERS = 160


def neuron_notes(record: Mapping[str, Any], names: Sequence[str],
                 columns: Sequence[str]) -> list[dict[str, Any] | None]:
    """For every neuron its title, formula, facts (range of outputs, constants, target fit), plot, and sentences.

    Args:
        record: the network's `DrawnFormula`; without its `inspect` part the result is None for every neuron.
        names: the names of the neurons.
        columns: the inputs' names.
    """
    found = record.get("inspect")
    if not found:
        return [None] * len(names)
    neurons = record["network"]["neurons"]
    constants: list[list[str]] = []
    for i, neuron in enumerate(neurons):
        own = [record["labels"][i]] if neuron["activation"] == "constant" else []
        constants.append(own + [c for child in neuron.get("children", ()) for c in constants[child]])
    return [_about(name, seen, list(dict.fromkeys(numbers)), neuron["activation"], columns)
            for name, seen, numbers, neuron in zip(names, found["neurons"], constants, neurons, strict=True)]


def _about(name: str, seen: Mapping[str, Any], constants: Sequence[str], activation: str,
           columns: Sequence[str]) -> dict[str, Any]:
    leaf, x = activation in ("constant", "number", "own", "variable"), seen["x"]
    formula = "" if leaf else shorten(typeset_text(seen["formula"]), MOST_LETTERS)
    numbers = "" if leaf else ", ".join(constants[:5]) + ("…" if len(constants) > 5 else "")
    facts = [_span(seen["o"]), numbers, _fit(seen["fit"], activation)]
    along = "" if x is None else columns[x] if x < len(columns) else f"x{x}"
    parts = [name, formula and f"computes {formula}", f"output {facts[0]}", facts[2]]
    return {"title": name, "formula": formula, "facts": facts, "x": None if x is None else str(x),
            "x_name": shorten(along, 28) or "rows, by the column to explain", "o": seen["o"], "t": seen["t"],
            "picture": f"Output and target against {along or 'the rows'}",
            "spoken": ". ".join(part[0].upper() + part[1:] for part in parts if part) + "."}


def _span(outputs: Sequence[float | None]) -> str:
    """The range of the outputs.

    >>> _span([1.0, 2.5, None]), _span([3.0, 3.0]), _span([None])
    ('1 to 2.5', '3', 'no values')
    """
    values = [v for v in outputs if v is not None]
    if not values:
        return "no values"
    low, high = min(values), max(values)
    return measured(low) if low == high else f"{measured(low)} to {measured(high)}"


def _fit(fit: float | None, activation: str) -> str:
    """How close the outputs are to the neuron's target, as text.

    >>> _fit(0.97, "sin"), _fit(None, "constant")
    ('0.970 of 1: close to its target', 'one number for all rows, fitted to them')
    """
    if activation == "own":
        return "one number for every group, fitted to its rows"
    if activation in ("constant", "number"):
        return "one number for all rows" + (", fitted to them" if activation == "constant" else "")
    if fit is None:
        return "the error does not depend on it here"
    name = next((text for least, text in FITS if fit >= least), "far from its target")
    return f"{r2(fit)} of 1: {name}" if fit > -1 else f"below 0: {name}"
