"""The constants of a formula as a table of parameters: names, values, standard errors, and of which kind each is.

A formula that was found has constants without names, so they get letters in the order in which they are printed. A
given formula has the letters of the person who wrote it, with their restrictions: fixed, bounded, whole.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, TypedDict

import numpy as np

from xnet.engine import GivenFormula, Problem
from xnet.engine.fitting.simple_numbers import is_simple
from xnet.engine.formulas.text import constant_text, to_text
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.given_form import GivenForm
from xnet.engine.problem.restrictions import letter_restrictions

from .constants import ConstantEstimate, constant_estimates

#: Method of a constant that is not fitted -> its kind.
_KINDS = {"held": "not determined", "fixed": "fixed", "bound": "at a bound", "whole": "whole number",
          "threshold": "place of a step"}


class Parameter(TypedDict):
    """A constant of a formula.

    Attributes:
        name: its letter, or the known constant that it is, such as "g/2".
        value: as printed; that of the training rows for a letter of a given formula.
        fitted: the value at the optimum on all rows.
        standard_error, low, high: of this optimum, with the 95 % interval; None where it is not fitted.
        kind: "fitted", "simple" (a simple number that the rows allow), "known" (a known constant), "place of a step",
            "fixed", "whole number", "at a bound" or "not determined".
    """

    name: str
    value: float
    fitted: float
    standard_error: float | None
    low: float | None
    high: float | None
    kind: str


def parameters(network: Network, estimates: Sequence[ConstantEstimate], names: Sequence[str],
               taken: Collection[str] = ()) -> list[Parameter]:
    """The constants of a formula that was found, in the order in which they are printed.

    Args:
        network: the formula.
        estimates: its `constant_estimates`.
        names: names of the columns.
        taken: letters that a person gave a meaning (`xnet.engine.names_in_use`).
    """
    letters = constant_letters(network, names, taken)
    found = []
    for i in printed_order(network):
        value, e = network.constants[i], estimates[i]
        kind = "known" if form_of(value, network.known) is not None else \
            _KINDS.get(e.method, "simple" if is_simple(value) else "fitted")
        found.append(_parameter(letters[i], e, kind))
    return found


def constant_letters(network: Network, names: Sequence[str], used: Collection[str] = ()) -> list[str]:
    """A name for every constant: the known constant that it is, or a letter without another meaning.

    Args:
        used: letters with another meaning beside columns and known constants.
    """
    own = () if network.own is None else (network.own.letter(j) for j in range(len(network.own.values)))
    taken = {*names, *(known.name for known in network.known), *used, *own, "e"}
    free = iter([c for c in string.ascii_lowercase if c not in taken]
                + [f"c{k}" for k in range(1, 400) if f"c{k}" not in taken])
    letters = [""] * len(network.constants)
    for i in printed_order(network):
        value = network.constants[i]
        named = form_of(value, network.known)
        letters[i] = next(free) if named is None else constant_text(value, network.known)[0]
    return letters


def named_formula(network: Network, names: Sequence[str], taken: Collection[str] = ()) -> str:
    """The formula with the letters of `parameters`, e.g. `a*exp(b*t) + c`; known constants keep their names."""
    letters = constant_letters(network, names, taken)
    lettered = [i for i in range(len(letters)) if form_of(network.constants[i], network.known) is None]
    d = network.n_inputs
    neurons = tuple(Neuron("variable", (), d + lettered.index(n.index)) if n.activation == "constant"
                    and n.index in lettered else n for n in network.neurons)
    return to_text(replace(network, neurons=neurons, n_inputs=d + len(lettered)),
                   [*names, *(letters[i] for i in lettered)])


def printed_order(network: Network) -> list[int]:
    """Positions of the constants from left to right as they are printed, each once."""
    found: dict[int, None] = {}
    stack = [len(network.neurons) - 1]
    while stack:
        neuron = network.neurons[stack.pop()]
        if neuron.activation == "constant":
            found[neuron.index] = None
        stack += reversed(neuron.children)
    return [*found, *(i for i in range(len(network.constants)) if i not in found)]


def letter_parameters(given: GivenFormula, problem: Problem) -> list[Parameter]:
    """The letters of a given formula, fitted ones first.

    Letters that are fixed, whole or at a bound are held while the errors of the others are computed. The result is
    computed once for each problem.
    """
    found: list[Parameter] = problem.cached(("letters", given.network), lambda: _letter_parameters(given, problem))
    return found


def _letter_parameters(given: GivenFormula, problem: Problem) -> list[Parameter]:
    form = GivenForm.of(given.text, problem.names, problem.constants, problem.activations)
    settled = letter_restrictions(given.network, [letter for _, letter in form.fitted], problem.subsampled.all_rows)
    estimates = constant_estimates(given.network, problem.all_rows, laid_down=settled)
    if given.is_exact:  # the error of a letter that is 0 is rounding, too
        estimates = [e if e.value or e.error is None else replace(e, fitted=0.0, low=0.0, high=0.0) for e in estimates]
    return [_parameter(name, e, _KINDS.get(e.method, "fitted"))
            for name, e in zip(given.constants, estimates, strict=False)]  # behind the letters are its own numbers


def _parameter(name: str, e: ConstantEstimate, kind: str) -> Parameter:
    return Parameter(name=name, value=e.value, fitted=e.fitted, standard_error=e.error, low=e.low, high=e.high,
                     kind=kind)


def parameter_table(found: Sequence[Parameter]) -> dict[str, list[Any]]:
    """The columns of a table of parameters: name, value, fitted, standard_error, low95, high95, kind; NaN for None."""
    keys = {"name": "name", "value": "value", "fitted": "fitted", "standard_error": "standard_error",
            "low95": "low", "high95": "high", "kind": "kind"}
    rows: list[dict[str, Any]] = [dict(row) for row in found]
    return {column: [np.nan if row[key] is None else row[key] for row in rows] for column, key in keys.items()}
