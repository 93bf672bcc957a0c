"""A proposal: a changed network before its constants are fitted."""

from __future__ import annotations

from dataclasses import dataclass

from xnet.engine.algebra.expressions import Expr


@dataclass(frozen=True)
class Proposal:
    """An expression that may be worth fitting, and the move that made it."""

    expr: Expr
    reason: str
