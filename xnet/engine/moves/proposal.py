"""A proposal: a changed network before its constants are fitted."""

from __future__ import annotations

from dataclasses import dataclass

from xnet.engine.algebra.expressions import Expr


@dataclass(frozen=True)
class Proposal:
    """A network that the parameter phase may fit.

    Attributes:
        expr: the network's expression, with the constants that the fit starts from.
        reason: the move that made it, in plain words.
    """

    expr: Expr
    reason: str
