"""Activations: the functions a neuron can have, one record each, and the libraries made of them.

A record holds everything the rest of the engine, the printers and the interface need to know about a function, so
that the printed formula *is* the computed one: value, derivatives, inverse branches, domain, cost, SymPy form. Two
cases show the idea. `square` has two inverse branches, +sqrt(t) and -sqrt(t), defined for t >= 0: a neuron under a
square that should have put out t must be offered either of them. `exp` has one, log(t), for t > 0.

Arrays are NumPy float64 (or float32 while candidates are screened); values outside a domain are NaN, never
"protected": a protected logarithm would no longer be the function that is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.errors import ActivationError

Function = Callable[..., Array]


@dataclass(frozen=True)
class Activation:
    """One function a neuron can have.

    Args:
        name: the key in `ACTIVATIONS`.
        arity: number of children (0, 1 or 2).
        symbol: the short label drawn on a neuron.
        words: the function in plain words.
        value: maps the children's outputs, each (n,), to (n,).
        derivatives: one function per child; takes the children's outputs and then the own output, returns (n,).
        inverses: for a unary activation, the branches of its inverse; each maps a target (n,) to the child's target.
        domain: where `value` is defined, as a mask of the children's outputs; None means everywhere.
        python: a template for NumPy code.
        sympy: builds the SymPy form from the module and the children's forms.
        cost: the complexity of a neuron with this activation; 1 but for `pow`, so that a fitted exponent has to earn
            its place beside a square, a cube or a root.
    """

    name: str
    arity: int
    symbol: str
    words: str
    value: Function
    derivatives: tuple[Function, ...]
    python: str
    sympy: Callable[..., Any]
    inverses: tuple[Function, ...] = ()
    domain: Function | None = None
    cost: int = 1


def _records() -> Iterable[Activation]:
    yield Activation("add", 2, "+", "sum", np.add, (lambda a, b, o: np.ones_like(o), lambda a, b, o: np.ones_like(o)),
                     "({0} + {1})", lambda sp, a, b: a + b)
    yield Activation("sub", 2, "−", "difference", np.subtract,
                     (lambda a, b, o: np.ones_like(o), lambda a, b, o: -np.ones_like(o)),
                     "({0} - {1})", lambda sp, a, b: a - b)
    yield Activation("mul", 2, "×", "product", np.multiply, (lambda a, b, o: b, lambda a, b, o: a),
                     "({0} * {1})", lambda sp, a, b: a * b)
    yield Activation("div", 2, "÷", "quotient", np.divide, (lambda a, b, o: 1.0 / b, lambda a, b, o: -o / b),
                     "({0} / {1})", lambda sp, a, b: a / b, domain=lambda a, b: b != 0)
    yield Activation("neg", 1, "−x", "opposite sign", np.negative, (lambda a, o: -np.ones_like(o),), "(-{0})",
                     lambda sp, a: -a, (np.negative,))
    yield Activation("reciprocal", 1, "1/x", "one over", np.reciprocal, (lambda a, o: -o * o,), "(1.0 / {0})",
                     lambda sp, a: 1 / a, (np.reciprocal,), lambda a: a != 0)
    yield Activation("square", 1, "x²", "square", np.square, (lambda a, o: 2.0 * a,), "({0})**2",
                     lambda sp, a: a**2, (np.sqrt, lambda t: -np.sqrt(t)))
    yield Activation("cube", 1, "x³", "cube", lambda a: a * a * a, (lambda a, o: 3.0 * a * a,), "({0})**3",
                     lambda sp, a: a**3, (np.cbrt,))
    yield Activation("sqrt", 1, "√", "square root", np.sqrt, (lambda a, o: 0.5 / o,), "np.sqrt({0})",
                     lambda sp, a: sp.sqrt(a), (lambda t: np.where(t >= 0, t * t, np.nan),), lambda a: a >= 0)
    yield Activation("pow", 2, "xʸ", "power", np.power,
                     (lambda a, b, o: b * np.power(a, b - 1.0), lambda a, b, o: o * np.log(np.abs(a))),
                     "np.power({0}, {1})", lambda sp, a, b: a**b,
                     domain=lambda a, b: (a > 0) | ((a < 0) & (b == np.round(b))) | ((a == 0) & (b >= 0)),
                     cost=2)
    yield Activation("exp", 1, "exp", "exponential growth", np.exp, (lambda a, o: o,), "np.exp({0})",
                     lambda sp, a: sp.exp(a), (np.log,))
    yield Activation("log", 1, "log", "natural logarithm", np.log, (lambda a, o: 1.0 / a,), "np.log({0})",
                     lambda sp, a: sp.log(a), (np.exp,), lambda a: a > 0)
    yield Activation("sin", 1, "sin", "sine wave", np.sin, (lambda a, o: np.cos(a),), "np.sin({0})",
                     lambda sp, a: sp.sin(a), (np.arcsin, lambda t: np.pi - np.arcsin(t)))
    yield Activation("cos", 1, "cos", "cosine wave", np.cos, (lambda a, o: -np.sin(a),), "np.cos({0})",
                     lambda sp, a: sp.cos(a), (np.arccos, lambda t: -np.arccos(t)))
    yield Activation("tan", 1, "tan", "tangent", np.tan, (lambda a, o: 1.0 + o * o,), "np.tan({0})",
                     lambda sp, a: sp.tan(a), (np.arctan,))
    yield Activation("tanh", 1, "tanh", "smooth step (saturation)", np.tanh, (lambda a, o: 1.0 - o * o,),
                     "np.tanh({0})", lambda sp, a: sp.tanh(a), (np.arctanh,))
    yield Activation("arcsin", 1, "arcsin", "inverse sine", np.arcsin, (lambda a, o: 1.0 / np.sqrt(1.0 - a * a),),
                     "np.arcsin({0})", lambda sp, a: sp.asin(a),
                     (lambda t: np.where(np.abs(t) <= np.pi / 2, np.sin(t), np.nan),), lambda a: np.abs(a) <= 1)
    yield Activation("arccos", 1, "arccos", "inverse cosine", np.arccos, (lambda a, o: -1.0 / np.sqrt(1.0 - a * a),),
                     "np.arccos({0})", lambda sp, a: sp.acos(a),
                     (lambda t: np.where((t >= 0) & (t <= np.pi), np.cos(t), np.nan),), lambda a: np.abs(a) <= 1)
    yield Activation("arctan", 1, "arctan", "inverse tangent", np.arctan, (lambda a, o: 1.0 / (1.0 + a * a),),
                     "np.arctan({0})", lambda sp, a: sp.atan(a),
                     (lambda t: np.where(np.abs(t) < np.pi / 2, np.tan(t), np.nan),))
    yield Activation("abs", 1, "|x|", "absolute value", np.abs, (lambda a, o: np.sign(a),), "np.abs({0})",
                     lambda sp, a: sp.Abs(a), (lambda t: np.where(t >= 0, t, np.nan),
                                               lambda t: np.where(t >= 0, -t, np.nan)))


#: Every activation of arity 1 and 2 by name. The activations of arity 0 (an input variable, a fitted constant, an
#: exact number) carry an index of their own and live in `xnet.engine.network.LEAVES`.
ACTIVATIONS: MappingProxyType[str, Activation] = MappingProxyType({a.name: a for a in _records()})


@dataclass(frozen=True)
class Group:
    """Activations that belong together, in plain words, for people who choose a library."""

    title: str
    words: str
    names: tuple[str, ...] = field(default_factory=tuple)


GROUPS: MappingProxyType[str, Group] = MappingProxyType({
    "arithmetic": Group("Arithmetic", "Add, subtract, multiply and divide.",
                        ("add", "sub", "mul", "div", "neg", "reciprocal")),
    "powers": Group("Powers and roots", "Squares, cubes, square roots and any other power.",
                    ("square", "cube", "sqrt", "pow")),
    "growth": Group("Growth and decay", "Exponentials and logarithms: compound growth, cooling, diminishing returns.",
                    ("exp", "log")),
    "waves": Group("Waves", "Sine and cosine: seasons, tides, rotations.", ("sin", "cos")),
    "saturation": Group("Saturation", "A smooth step that levels off on both sides.", ("tanh",)),
    "inverse_trigonometric": Group("Angles", "Inverse sine and tangent: angles from lengths.", ("arcsin", "arctan")),
    "absolute": Group("Absolute value", "The size of a number without its sign.", ("abs",)),
    "rare": Group("Rare", "Tangent and inverse cosine: seldom needed, slow the search a little.", ("tan", "arccos")),
})

_ARITHMETIC = GROUPS["arithmetic"].names
PRESETS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({
    "default": tuple(n for g in ("arithmetic", "powers", "growth", "waves", "saturation", "inverse_trigonometric")
                     for n in GROUPS[g].names if n != "arctan"),
    "polynomial": ("add", "sub", "mul", "neg", "square", "cube"),
    "rational": (*_ARITHMETIC, "square", "cube"),
    "periodic": (*_ARITHMETIC, "square", "cube", "sin", "cos"),
    "growth": (*_ARITHMETIC, *GROUPS["powers"].names, "exp", "log"),
    "everything": tuple(ACTIVATIONS),
})


def resolve_activations(choice: str | Iterable[str]) -> tuple[str, ...]:
    """The names of an activation library, in the order of `ACTIVATIONS`.

    Args:
        choice: a preset (`"default"`), or names of activations, groups and presets in any mixture.

    Raises:
        ActivationError: a name is unknown, or no activation of arity 2 is left to join two neurons.
    """
    wanted: set[str] = set()
    for name in [choice] if isinstance(choice, str) else list(choice):
        if name in PRESETS:
            wanted.update(PRESETS[name])
        elif name in GROUPS:
            wanted.update(GROUPS[name].names)
        elif name in ACTIVATIONS:
            wanted.add(name)
        else:
            raise ActivationError(f"The activation library names {name!r}, which is not known; use activations "
                                  f"({', '.join(ACTIVATIONS)}), groups ({', '.join(GROUPS)}) or presets "
                                  f"({', '.join(PRESETS)}).")
    if not wanted & {"add", "mul", "sub", "div"}:
        raise ActivationError("The activation library has no way to join two neurons; include at least one of "
                              "add, sub, mul, div.")
    return tuple(n for n in ACTIVATIONS if n in wanted)
