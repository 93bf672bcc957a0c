"""The constants of a formula as a table of parameters: names, values, standard errors, and of which kind each is.

A formula that was found has constants without names, so they get letters in the order in which they are printed. A
given formula has the letters of the person who wrote it, with what is known about them: fixed, bounded, whole.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypedDict

import numpy as np

from xnet.engine import GivenFormula, Problem
from xnet.engine.fitting.letters import with_columns
from xnet.engine.fitting.simple_numbers import is_simple
from xnet.engine.formulas.composition import movable
from xnet.engine.formulas.text import constant_text, to_text
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.given_form import GivenForm

from .constants import ConstantEstimate, constant_estimates


class Parameter(TypedDict):
    """A constant of a formula.

    Attributes:
        name: its letter, or the known constant that it is, such as "g/2".
        value: as printed.
        standard_error, low, high: of its fit to all rows, with the 95 % interval; None where it is not fitted.
        kind: "fitted", "simple" (a simple number that the rows allow), "known" (a known constant), "fixed", "whole
            number", "at a bound" or "not determined".
    """

    name: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None
    kind: str


def parameters(network: Network, estimates: Sequence[ConstantEstimate], names: Sequence[str]) -> list[Parameter]:
    """The constants of a formula that was found, in the order in which they are printed.

    Args:
        network: the formula.
        estimates: its `constant_estimates`.
        names: names of the columns.
    """
    letters = constant_letters(network, names)
    found = []
    for i in printed_order(network):
        value, e = network.constants[i], estimates[i]
        named = form_of(value, network.known)
        kind = "known" if named is not None else "not determined" if e.method == "held" else \
            "simple" if is_simple(value) else "fitted"
        found.append(Parameter(name=letters[i], value=value, standard_error=e.error, low=e.low, high=e.high, kind=kind))
    return found


def constant_letters(network: Network, names: Sequence[str]) -> list[str]:
    """A name for every constant: the known constant that it is, or a letter that is no column and no known constant."""
    taken = {*names, *(known.name for known in network.known), "e"}
    free = iter([c for c in string.ascii_lowercase if c not in taken]
                + [f"c{k}" for k in range(1, 400) if f"c{k}" not in taken])
    letters = [""] * len(network.constants)
    for i in printed_order(network):
        value = network.constants[i]
        named = form_of(value, network.known)
        letters[i] = next(free) if named is None else constant_text(value, network.known)[0]
    return letters


def named_formula(network: Network, names: Sequence[str]) -> str:
    """The formula with letters in place of its constants, e.g. `a*exp(b*t) + c`; known constants keep their names."""
    letters = constant_letters(network, names)
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
    kinds = []
    for (_, letter), value in zip(form.fitted, given.network.constants, strict=False):
        kinds.append("whole number" if letter.whole else "at a bound" if value in (letter.low, letter.high)
                     else "fitted")
    kinds += ["fixed"] * len(form.fixed)
    free = [i for i, kind in enumerate(kinds) if kind == "fitted"]
    estimates = dict(zip(free, _estimates(given.network, free, problem), strict=True))
    found = []
    for i, (name, value) in enumerate(given.constants.items()):
        e = estimates.get(i)
        kind = "not determined" if e is not None and e.method == "held" else kinds[i]
        found.append(Parameter(name=name, value=value, standard_error=None if e is None else e.error,
                               low=None if e is None else e.low, high=None if e is None else e.high, kind=kind))
    return found


def _estimates(network: Network, free: Sequence[int], problem: Problem) -> list[ConstantEstimate]:
    """The estimates of some constants while the others are held: those are columns of one number each."""
    moved, numbers = movable(network, free)
    return constant_estimates(moved, with_columns(problem.subsampled.all_rows, numbers))


def parameter_table(found: Sequence[Parameter]) -> dict[str, list[Any]]:
    """The columns of a table of parameters: name, value, standard_error, low95, high95, kind; NaN for None."""
    keys = {"name": "name", "value": "value", "standard_error": "standard_error", "low95": "low", "high95": "high",
            "kind": "kind"}
    rows: list[dict[str, Any]] = [dict(row) for row in found]
    return {column: [np.nan if row[key] is None else row[key] for row in rows] for column, key in keys.items()}
