"""The immutable record that every expression is; `expressions` builds it in canonical form."""

from __future__ import annotations

from enum import StrEnum


class ExprKind(StrEnum):
    """The four kinds of expressions."""

    VAR = "var"
    SUM = "sum"
    PROD = "prod"
    CALL = "call"


class Expr:
    """An immutable expression; build it with `var`, `num`, `add`, `mul`, `power` and `call`.

    Attributes:
        kind: an input, a sum, a product or a call of an activation.
        args: the (term, coefficient) pairs of a sum, the (base, power) pairs of a product, the arguments of a call.
        key: text that equal expressions share.
        value: the constant of a sum; an expression that is a number is a sum without terms.
        name: the activation of a call.
        index: the column of an input.
    """

    __slots__ = ("_hash", "args", "cached_shape", "index", "key", "kind", "name", "value")

    def __init__(self, kind: ExprKind, args: tuple, key: str, value: float = 0.0, name: str = "",
                 index: int = -1) -> None:
        self.kind, self.args, self.key, self.value, self.name, self.index = kind, args, key, value, name, index
        self._hash = hash(key)
        self.cached_shape = ""  # `shapes.shape` fills it in on the first call

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expr) and self.key == other.key

    def __repr__(self) -> str:
        return f"Expr({self.key})"

    def __reduce__(self) -> tuple:
        return Expr, (self.kind, self.args, self.key, self.value, self.name, self.index)

    @property
    def is_constant(self) -> bool:
        """Whether the expression is a number."""
        return self.kind is ExprKind.SUM and not self.args
