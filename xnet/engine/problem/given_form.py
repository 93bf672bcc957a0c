"""The form of a given formula: which of its names are letters to fit, and which are fixed constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.fitting.letters import fit_letters
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network, Neuron

from .named_constants import Constant, NamedConstants

#: A network keeps the restrictions of the constants if letters within their bounds give its values up to this share of
#: its variance.
_SAME = 1e-20


@dataclass(frozen=True)
class GivenForm:
    """A formula with letters.

    Attributes:
        symbolic: the formula; its last inputs are the letters to fit and, behind them, the fixed ones.
        fitted: names of the letters to fit, in the order of their first appearance, with their restrictions.
        fixed: names of the fixed constants, with their values.
    """

    symbolic: Network
    fitted: tuple[tuple[str, Letter], ...]
    fixed: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, text: str, names: Sequence[str], constants: NamedConstants,
           functions: Sequence[str] = ()) -> GivenForm:
        """The form of a formula in the columns `names`, with the own functions among `functions`.

        Raises:
            FormulaError: the formula cannot be read.
        """
        known = dict(constants)
        free = read_template(text, names, known, functions).free
        fitted = tuple((name, known.get(name, Constant()).letter) for name in free
                       if not known.get(name, Constant()).fixed)
        fixed = tuple((name, float(known[name].start or 0.0)) for name in free if known.get(name, Constant()).fixed)
        symbolic = read_formula(text, (*names, *(name for name, _ in fitted), *(name for name, _ in fixed)),
                                functions)
        return cls(symbolic, fitted, fixed)

    @property
    def restricts(self) -> bool:
        """Whether something is known about one of its letters."""
        return bool(self.fixed) or any(not letter.is_free for _, letter in self.fitted)

    def fit(self, rows: Sequence[Rows], seed: int) -> Network | None:
        """The formula with its letters fitted, see `fit_letters`."""
        return fit_letters(self.symbolic, [letter for _, letter in self.fitted], [v for _, v in self.fixed], rows, seed)

    @cached_property
    def skeleton(self) -> str:
        """The structure of its expression, the letters being numbers (`_skeleton`)."""
        return _skeleton(self._expression)

    @cached_property
    def _expression(self) -> Expr:
        """The formula with numbers in place of its letters."""
        k, symbolic = len(self.fitted) + len(self.fixed), self.symbolic
        d, own = symbolic.n_inputs - k, len(symbolic.constants)
        values = tuple(float(np.sqrt(2.7 + i)) for i in range(k))  # no simple numbers, so that no terms merge or cancel
        neurons = tuple(Neuron("constant", (), own + n.index - d) if n.activation == "variable" and n.index >= d else n
                        for n in symbolic.neurons)
        return to_expression(Network(neurons, (*symbolic.constants, *values), d))

    def is_structure_of(self, network: Network) -> bool:
        """Whether a network is the formula with other numbers: a fitted exponent may have become a simple one."""
        return _same_structure(self._expression, to_expression(network))

    def in_letters(self, network: Network, rows: Rows, seed: int) -> tuple[Network, bool] | None:
        """The formula with the letters of a network of its structure, and whether it has the values of the network.

        Returns:
            None for a network of another structure, or without a value on some row.
        """
        with np.errstate(all="ignore"):
            y = network.evaluate(rows.columns.T)
            if not np.isfinite(y).all() or _skeleton(to_expression(network)) != self.skeleton:
                return None
            values = Rows(rows.columns, y, float(np.var(y)) or 1.0)
            same = self.fit([values], seed)
            return network if same is None else same, same is not None and values.loss(same) <= _SAME


def _same_structure(given: Expr, found: Expr) -> bool:
    """Whether two expressions differ in numbers only: whole and half powers that were written are part of the form."""
    if _skeleton(given) != _skeleton(found):
        return False
    given, found = _without_scale(given), _without_scale(found)
    if given.kind is ExprKind.PROD:
        pairs = zip(_sorted(given), _sorted(found), strict=True)
        return all((p == q or not float(2.0 * p).is_integer()) and _same_structure(base, other)
                   for (base, p), (other, q) in pairs)
    if given.kind is ExprKind.SUM:
        return all(_same_structure(term, other)
                   for (term, _), (other, _) in zip(_sorted(given), _sorted(found), strict=True))
    return all(map(_same_structure, given.args, found.args)) if given.kind is ExprKind.CALL else True


def _without_scale(expr: Expr) -> Expr:
    """The term of a sum of one term: its coefficient may be 1."""
    is_scaled = expr.kind is ExprKind.SUM and len(expr.args) == 1 and not expr.value
    return _without_scale(expr.args[0][0]) if is_scaled else expr


def _sorted(expr: Expr) -> list[tuple[Expr, float]]:
    return sorted(expr.args, key=lambda part: (_skeleton(part[0]), part[1]))


def _skeleton(expr: Expr) -> str:
    """The structure of an expression without any number, powers and signs included."""
    if expr.kind is ExprKind.VAR:
        return expr.key
    if expr.kind is ExprKind.CALL:
        return f"{expr.name}({','.join(map(_skeleton, expr.args))})"
    if expr.kind is ExprKind.SUM and len(expr.args) == 1 and not expr.value:
        return _skeleton(expr.args[0][0])  # a coefficient may be 1
    parts = sorted(_skeleton(part) for part, _ in expr.args)
    return f"{expr.kind}({','.join(parts)}{',k' if expr.value else ''})"
