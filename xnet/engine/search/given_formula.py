"""The initial formula as it was given: its letters are fitted, its numbers stay, and nothing is rewritten.

The search continues from a form of its own, in which numbers are fitted too, terms merge and constants are simplified.
That form may replace the given one on the front, and its constants are not the letters. So the given formula is kept
beside the front, with the value of every letter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_template
from xnet.engine.formulas.text import to_text
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.networks.network import Network
from xnet.engine.problem.given_form import GivenForm
from xnet.engine.problem.problem import Problem

from .parameter_modes import mode_of

REASON = "the given formula"
#: A loss that is rounding.
ROUNDING = 1e-28


@dataclass(frozen=True)
class GivenFormula:
    """The initial formula with its letters fitted.

    Attributes:
        text: the formula as it was given.
        formula: the formula with the values of its letters, as text.
        constants: letter -> fitted value; fixed constants come last.
        entry: its network and scores; its number of parameters is the number of letters.
        r2_train, r2_holdout: R² in the training and in the held-out rows; None if there are no such rows, or if
            the target does not vary in them.
        constraints_met: whether the formula, or the formula with its constants simplified, satisfies all constraints.
    """

    text: str
    formula: str
    constants: dict[str, float]
    entry: FrontEntry
    r2_train: float | None
    r2_holdout: float | None
    constraints_met: bool

    @property
    def network(self) -> Network:
        """The network with the fitted letters."""
        return self.entry.network

    @property
    def is_exact(self) -> bool:
        """Whether what the formula leaves is rounding."""
        return self.entry.loss <= ROUNDING


def given_formula(problem: Problem) -> GivenFormula | None:
    """The initial formula of a problem; None without one, or where no letters give it a value on all training rows.

    Raises:
        FormulaError: the formula cannot be read.
    """
    if problem.initial_formula is None:
        return None
    with np.errstate(all="ignore"):
        found: GivenFormula | None = problem.cached("given formula", lambda: _fitted(problem))
    return found


def _fitted(problem: Problem) -> GivenFormula | None:
    text = problem.initial_formula
    assert text is not None
    form = GivenForm.of(text, problem.names, problem.constants, problem.activations)
    network: Network | None
    if problem.parameters:
        network = form.fit([problem.search, problem.subsampled.train], problem.seed)
    else:
        network = problem.network_of(read_template(text, problem.names, (), problem.activations).expression([]))
    if network is None:
        return None
    network = _without_rounding(network, form, problem.subsampled.train)
    entry = make_entry(network, problem, REASON)
    if not np.isfinite(entry.loss):
        return None
    letters = dict(zip((name for name, _ in (*form.fitted, *form.fixed)), network.constants, strict=False))
    return GivenFormula(text, to_text(entry.network, problem.names), letters,
                        replace(entry, n_parameters=len(form.fitted)),
                        _r2(network, problem.train), _r2(network, problem.holdout),
                        entry.admitted or problem.admits(mode_of(problem).simplified(network, problem.subsampled)))


def _without_rounding(network: Network, form: GivenForm, rows: Rows) -> Network:
    """The network with 0 for the letters of an exact formula that are only rounding, such as 6e-18 in 1.5*a + 6e-18."""
    for i, (_, letter) in enumerate(form.fitted):
        constants = [*network.constants]
        constants[i] = 0.0
        shorter = network.with_constants(constants)
        if letter.low <= 0.0 <= letter.high and rows.loss(shorter) <= ROUNDING:
            network = shorter
    return network


def _r2(network: Network, rows: Rows | None) -> float | None:
    return None if rows is None else r_squared(network.evaluate(rows.columns.T), rows.y, rows.weight)
