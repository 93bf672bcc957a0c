"""The record of an activation: everything that any part of X-Net needs to know about a function.

The engine computes with it, the algebra simplifies with it, the search decides with it where the function may stand,
the printers write it, and the pages draw and describe it. No other module keeps a table by activation names that a
new function would have to be added to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntFlag
from typing import Any

from xnet.arrays import Array

from .intervals import Rule
from .notation import Notation

Function = Callable[..., Array]


class Parity(Enum):
    """The symmetry of a unary function: odd is f(-x) = -f(x), even is f(-x) = f(x)."""

    NONE = "none"
    ODD = "odd"
    EVEN = "even"


class Family(IntFlag):
    """Kinds of functions; candidates do not nest some kinds in others (`Activation.not_applied_to`)."""

    NONE = 0
    TRIGONOMETRIC = 1
    INVERSE_TRIGONOMETRIC = 2
    EXPONENTIAL = 4
    LOGARITHMIC = 8
    SATURATING = 16


@dataclass(frozen=True)
class ColumnAdvice:
    """A sentence shown before a search, about columns on which a function has no value.

    Attributes:
        without_value: maps a column (n,) to a mask (n,) of the rows on which the function has no value.
        sentence: a format string; {} becomes the list of the columns with their numbers of rows.
        if_no_column_fits: give the advice only when every column has such a row.
    """

    without_value: Function
    sentence: str
    if_no_column_fits: bool = False


@dataclass(frozen=True, kw_only=True)
class Activation:
    """One function that a neuron can have. n is the number of rows; (n,) are arrays of one value per row.

    Attributes:
        name: the key in `ACTIVATIONS`, also the name of the function in formulas as text.
        arity: number of children, 1 or 2.
        symbol: the short label on a drawn neuron.
        description: the function in plain words, e.g. "sine wave".
        group: the key in `GROUPS` of the group that the function belongs to.
        presets: keys of `PRESETS` that contain the function; "everything" contains all.
        aliases: other names that the reader of formulas accepts.
        cost: the complexity of a neuron with this activation. It is 1, except for `pow`: a fitted exponent must earn
            its place beside a square, a cube or a root.

        value: maps the children's outputs, each (n,), to the output (n,); NaN outside the domain.
        derivatives: one function per child, (children's outputs, own output) -> (n,).
        inverses: for a unary function the branches of its inverse, each maps a target (n,) to the child's target (n,).
        domain: maps the children's outputs to a mask (n,) of where `value` is defined; None means everywhere.
        domain_ends: finite arguments at which the domain of a unary function ends or is interrupted.
        pole_at_zero: whether the value diverges as the last child approaches 0.
        branch: numbers the pieces of the domain between regularly spaced poles, (n,) -> (n,); None without such poles.
        bounds: the interval of the values for intervals of the children (`intervals`); None: nothing is known of it,
            so no network with the function counts as defined between the rows.

        parity: odd, even, or neither.
        exponent: p where the function is x**p, else None.
        degree: k where f(c x) = c**k f(x) for all c > 0 (homogeneous of degree k), else None. It is also the power to
            which the function raises the unit of its argument; a function without a degree needs a pure number.
        periodic: whether the function repeats itself.
        bounded: whether its values, or those of its first inverse branch, stay in a bounded interval. Few targets
            fit under two such functions, so in a chain of outer activations one stands alone.
        commutative: whether the two operands may be exchanged.
        family, not_applied_to: candidates do not apply the function to one that contains a function of these families:
            sin(cos(x)) fits noise rather than data.
        enumerated: whether candidates and target transforms are built with it systematically. Scales, monomials and
            the moves already reach negation and the cube.
        abbreviation: whether the function is short for a few neurons of others, such as |x| for sqrt(x^2). Moves do
            not look for a network below it, because they reach it through the others, and no numbers are made of it.

        text, latex, phrase: write the function over printed operands as plain text, as LaTeX, and in words.
        python, javascript, spreadsheet, sympy_code: format strings of program code; operands come with brackets.
        sympy: builds the SymPy form from a module with SymPy's functions and the operands' forms. `torch_module`
            passes PyTorch as the module and so gets the PyTorch form.

        body: the `Network` of an own function's formula, of as many inputs as it has arguments; else None.

        window: (lowest x, highest x, lowest y, highest y) of the small picture of its curve.
        advice: what to tell people about columns outside its domain.
    """

    name: str
    arity: int
    symbol: str
    description: str
    group: str
    presets: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    cost: int = 1

    value: Function
    derivatives: tuple[Function, ...]
    inverses: tuple[Function, ...] = ()
    domain: Function | None = None
    domain_ends: tuple[float, ...] = ()
    pole_at_zero: bool = False
    branch: Function | None = None
    bounds: Rule | None = None

    parity: Parity = Parity.NONE
    exponent: float | None = None
    degree: float | None = None
    periodic: bool = False
    bounded: bool = False
    commutative: bool = False
    family: Family = Family.NONE
    not_applied_to: Family = Family.NONE
    enumerated: bool = True
    abbreviation: bool = False

    text: Notation
    latex: Notation
    phrase: Notation
    python: str
    javascript: str
    spreadsheet: str
    sympy_code: str
    sympy: Callable[..., Any]

    body: Any = None

    window: tuple[float, float, float, float] = (-3, 3, -3, 3)
    advice: ColumnAdvice | None = None

    @property
    def is_negation(self) -> bool:
        """Whether the function is -x, which a scale can express as well."""
        return self.degree == 1.0 and self.parity is Parity.ODD

    @property
    def is_call(self) -> bool:
        """Whether expressions keep the function as a call: it is unary, and neither a power nor a negation."""
        return self.arity == 1 and self.exponent is None and not self.is_negation
