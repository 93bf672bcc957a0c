"""The initial formula as it was given: its letters are fitted, its numbers stay, and nothing is rewritten.

The search continues from a form of its own, in which numbers are fitted too, terms merge and constants are simplified.
That form may replace the given one on the front, and its constants are not the letters. So the given formula is kept
beside the front, with the value of every letter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.levenberg_marquardt import FitResult, fit_parameters
from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.formulas.text import to_text
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.networks.backpropagation import forward, jacobian
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.problem import Problem

from .parameter_modes import mode_of

_STARTS, _DECADES, _FINALISTS = 96, 3.0, 8
REASON = "the given formula"


@dataclass(frozen=True)
class GivenFormula:
    """The initial formula with its letters fitted.

    Attributes:
        text: the formula as it was given.
        formula: the formula with the values of its letters, as text.
        constants: letter -> fitted value.
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
    template = read_template(text, problem.names, problem.activations)
    network: Network | None
    if problem.parameters:
        network = _with_letters(read_formula(text, (*problem.names, *template.free), problem.activations), problem,
                                len(template.free))
    else:
        network = problem.network_of(template.expression([]))
    if network is None:
        return None
    entry = make_entry(network, problem, REASON)
    if not np.isfinite(entry.loss):
        return None
    letters = dict(zip(template.free, network.constants, strict=False))
    return GivenFormula(text, to_text(network, problem.names), letters, replace(entry, n_parameters=len(letters)),
                        _r2(network, problem.train), _r2(network, problem.holdout),
                        entry.admitted or problem.admits(mode_of(problem).simplified(network, problem.subsampled)))


def _r2(network: Network, rows: Rows | None) -> float | None:
    return None if rows is None else r_squared(network.evaluate(rows.columns.T), rows.y, rows.weight)


def _with_letters(symbolic: Network, problem: Problem, k: int) -> Network | None:
    """The formula with its letters fitted: the first k constants are the letters, the others its numbers.

    Args:
        symbolic: the formula; its letters are the last k inputs.
    """
    d, numbers = problem.n_inputs, symbolic.constants
    neurons = tuple(_as_constant(neuron, d, k) for neuron in symbolic.neurons)
    if not k:
        return Network(neurons, numbers, d)
    # While the letters are fitted, the numbers are inputs, which nothing moves.
    movable = Network(tuple(Neuron("variable", (), d + neuron.index - k) if neuron.activation == "constant"
                            and neuron.index >= k else neuron for neuron in neurons), (1.0,) * k, d + len(numbers))
    letters = _fitted_letters(movable, _with_columns(problem.search, numbers), problem.seed)
    if letters is None:
        return None
    last = fit_parameters(letters.network, _with_columns(problem.subsampled.train, numbers), 100).network
    return Network(neurons, (*last.constants, *numbers), d)


def _as_constant(neuron: Neuron, d: int, k: int) -> Neuron:
    if neuron.activation == "constant":
        return Neuron("constant", (), k + neuron.index)
    return Neuron("constant", (), neuron.index - d) if neuron.activation == "variable" and neuron.index >= d else neuron


def _with_columns(rows: Rows, numbers: tuple[float, ...]) -> Rows:
    """The rows with further inputs, each the same number in every row."""
    more = np.repeat(np.array(numbers, dtype=float)[:, None], len(rows.y), axis=1)
    return replace(rows, columns=np.concatenate([rows.columns, more.reshape(len(numbers), len(rows.y))]))


def _fitted_letters(network: Network, rows: Rows, seed: int) -> FitResult | None:
    """The letters fitted from many starts; None if the formula has no finite value whatever they are."""
    k = len(network.constants)
    rng = np.random.default_rng(seed)
    starts = rng.choice([1.0, -1.0], (_STARTS, k)) * 10.0 ** rng.uniform(-_DECADES, _DECADES, (_STARTS, k))
    starts[: _STARTS // 2] = np.abs(starts[: _STARTS // 2])
    begun = []
    for start in starts:
        start = _solved(network, rows, start)
        if np.isfinite(rows.loss(network, start)):
            begun.append(fit_parameters(network.with_constants(start), rows, 8))
    begun.sort(key=lambda result: result.loss)
    ended = [fit_parameters(r.network, rows, 200) for r in begun[:_FINALISTS]]
    lowest = min((r.loss for r in ended), default=0.0)
    best = [r for r in ended if r.loss <= lowest * (1.0 + 1e-6) + 1e-20]  # a*sin(c) is -a*sin(-c)
    return min(best, key=lambda r: (sum(c < 0 for c in r.network.constants), sum(map(abs, r.network.constants))),
               default=None)


def _solved(network: Network, rows: Rows, start: Array) -> Array:
    """The start with the letters that the formula is linear in solved by least squares."""
    f, J = jacobian(network, rows.columns, start)
    if not np.isfinite(f).all() or not np.isfinite(J).all():
        return start
    linear: list[int] = []
    for i in range(len(start)):
        chosen = [*linear, i]
        moved = start.copy()
        moved[chosen] += 1.0
        there = forward(network, rows.columns, moved)[-1]
        if np.allclose(there, f + J[:, chosen].sum(axis=1), rtol=1e-9, atol=1e-9 * (1.0 + float(np.abs(f).max()))):
            linear.append(i)
    if not linear:
        return start
    root = np.sqrt(np.ones_like(rows.y) if rows.weight is None else rows.weight)
    A = J[:, linear] * root[:, None]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0
    target = (rows.y - f) * root if rows.loss_function.name != "logistic" else np.zeros_like(f)
    solved = start.copy()
    solved[linear] += np.linalg.lstsq(A / size, target, rcond=1e-12)[0] / size
    return solved if np.isfinite(solved).all() else start
