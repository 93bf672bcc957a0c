"""Definitions of own functions: "hill(x, y) = x/(x + y)" as the record of an activation.

The body is read by `parser`, never evaluated as code. Every field of the record follows from the body's network: values
from its forward pass, derivatives from its sensitivities (reverse-mode differentiation), inverse branches from its
monotone pieces, bounds from interval arithmetic, code in other languages by putting the body in place of the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activation_record import Activation, Parity
from xnet.engine.networks.activations import ACTIVATIONS, VALUES, find_activation
from xnet.engine.networks.backpropagation import sensitivities
from xnet.engine.networks.domain import output_interval
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.intervals import Interval
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Pattern, Precedence
from xnet.engine.networks.own_functions import is_definition, use_maker
from xnet.errors import FormulaError

from .parser import NUMBERS, read_formula

#: Limits of a definition: characters of a name and of a body.
LONGEST_NAME, LONGEST_BODY = 20, 300
#: Branches of an inverse at most, and turns of Newton's method on each.
_BRANCHES, _TURNS = 4, 6
#: Arguments at which the monotone pieces are looked for: close to one another near zero, and up to 1000.
_ARGUMENTS = np.sinh(np.linspace(-np.arcsinh(1000.0), np.arcsinh(1000.0), 4001))
_HEAD = re.compile(r"\s*([A-Za-z]\w*)\s*\(\s*([A-Za-z]\w*)\s*(?:,\s*([A-Za-z]\w*)\s*)?\)\s*", re.ASCII)


def definition_of(head: str, body: str) -> str:
    """The definition of an own function in canonical spelling.

    Args:
        head: name and arguments, e.g. "hill(x, y)".
        body: the formula, e.g. "x/(x + y)".

    Raises:
        FormulaError: the definition cannot be used.
    """
    return own_function(f"{head} = {body}").name


def definitions_from(functions: Mapping[str, str] | Sequence[str] | None) -> tuple[str, ...]:
    """Definitions in canonical spelling.

    Args:
        functions: a mapping of heads to bodies, or whole definitions, or None.

    Raises:
        FormulaError: a definition cannot be used.
    """
    if functions is None:
        return ()
    if isinstance(functions, Mapping):
        return tuple(definition_of(str(head), str(body)) for head, body in functions.items())
    return tuple(own_function(str(text)).name for text in ([functions] if isinstance(functions, str) else functions))


def definitions_in_file(text: str) -> tuple[str, ...]:
    """The definitions of a file: one on each line; empty lines and lines that begin with # are left out.

    Raises:
        FormulaError: a definition cannot be used.
    """
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    return definitions_from([line for line in lines if line and not line.startswith("#")])


def definitions_used(network: Network) -> list[str]:
    """The definitions of the own functions in a network, each once, in the order of the neurons."""
    return list(dict.fromkeys(n.activation for n in network.neurons if is_definition(n.activation)))


@lru_cache(maxsize=1024)
def own_function(definition: str) -> Activation:
    """The record of a definition, its name in canonical spelling.

    Raises:
        FormulaError: the definition cannot be used.
    """
    name, arguments, text = _parts(definition)
    body = _checked_body(name, arguments, text)
    value, places = _value_of(body), "{0}" if body.n_inputs == 1 else "{0}, {1}"
    operands = (Precedence.SUM,) * body.n_inputs
    latex_name = r"\operatorname{{" + name.replace("_", r"\_") + "}}"
    return Activation(
        name=f"{name}({', '.join(arguments)}) = {text}", arity=body.n_inputs, symbol=name,
        description=f"{name}({', '.join(arguments)}) = {text}", group="own", body=body, value=value,
        derivatives=tuple(_derivative_of(body, k) for k in range(body.n_inputs)),
        inverses=_branches(body, value) if body.n_inputs == 1 else (),
        domain=lambda *args: np.isfinite(value(*args)), bounds=lambda *box: _interval(body, box),
        parity=_parity(value) if body.n_inputs == 1 else Parity.NONE, bounded=_is_bounded(value, body.n_inputs),
        commutative=body.n_inputs == 2 and _commutes(value),
        text=Pattern(f"{name}({places})", operands, Precedence.ATOM),
        latex=Pattern(rf"{latex_name}\left({places}\right)", operands, Precedence.ATOM),
        phrase=Pattern(f"{name} of {places.replace(', ', ' and ')}", (Precedence.ATOM,) * body.n_inputs,
                       Precedence.POWER),
        python=_code(body, "python"), javascript=_code(body, "javascript"), spreadsheet=_code(body, "spreadsheet"),
        sympy_code=_code(body, "sympy_code"), sympy=lambda sp, *args: _symbolic(body, sp, args))


def _parts(definition: str) -> tuple[str, tuple[str, ...], str]:
    """Name, arguments and body of a definition.

    Raises:
        FormulaError: the text is no definition, or a name cannot be used.
    """
    head, equals, body = definition.partition("=")
    text, match = " ".join(body.split()), _HEAD.fullmatch(head)
    if not equals or match is None or not text:
        raise FormulaError(f"The definition {definition.strip()[:80]!r} cannot be read; write a name, one or two "
                           "arguments and a formula, such as hill(x, y) = x/(x + y).")
    name, arguments = match[1], tuple(a for a in match.groups()[1:] if a)
    taken = [n for n in (name, *arguments) if find_activation(n) is not None or n in (*NUMBERS, "log10", "log2")]
    if taken:
        raise FormulaError(f"The name {taken[0]!r} in the definition of {name!r} is that of a function or a number "
                           "that X-Net knows; choose another.")
    if len(name) > LONGEST_NAME or len(text) > LONGEST_BODY:
        raise FormulaError(f"The definition of {name[:LONGEST_NAME]!r} is too long; at most {LONGEST_NAME} characters "
                           f"of a name and {LONGEST_BODY} of a formula are read.")
    if len({name, *arguments}) <= len(arguments):
        raise FormulaError(f"The definition of {name!r} gives one name to two things; choose different names.")
    return name, arguments, text


def _checked_body(name: str, arguments: tuple[str, ...], text: str) -> Network:
    """The network of a body.

    Raises:
        FormulaError: the body cannot be read, refers to itself, leaves an argument out or has no value near zero.
    """
    if re.search(rf"\b{name}\s*\(", text):
        raise FormulaError(f"The definition of {name!r} refers to itself; write its formula with other functions.")
    try:
        body = read_formula(text, arguments)
    except FormulaError as error:
        said = str(error).replace("column", "argument").replace("argument; known arguments", "argument; it has")
        raise FormulaError(f"The definition of {name!r} cannot be used. {said}") from None
    unused = [a for k, a in enumerate(arguments) if k not in body.variables]
    if unused:
        raise FormulaError(f"The definition of {name!r} does not use its argument {unused[0]!r}; leave it out, or "
                           "use it in the formula.")
    grid = np.linspace(-3.0, 3.0, 61)
    columns = np.stack([g.ravel() for g in np.meshgrid(*[grid] * len(arguments))])
    with np.errstate(all="ignore"):
        values = forward(body, columns)[-1]
    if not np.isfinite(values).any():
        raise FormulaError(f"The formula of {name!r} has no value for any arguments from -3 to 3; check its roots, "
                           "logarithms and divisions.")
    return body


def _value_of(body: Network) -> Callable[..., Array]:
    """The body as a function of arrays of any shape."""
    def value(*args: Array) -> Array:
        values: list[Any] = []
        for neuron in body.neurons:
            values.append(_leaf(neuron, body, args) if not neuron.children
                          else VALUES[neuron.activation](*(values[c] for c in neuron.children)))
        return values[-1]

    return value


def _leaf(neuron: Neuron, body: Network, args: Sequence[Any]) -> Any:
    if neuron.activation == "variable":
        return args[neuron.index]
    return body.constants[neuron.index] if neuron.activation == "constant" else float(neuron.index)


def _derivative_of(body: Network, argument: int) -> Callable[..., Array]:
    """The derivative by an argument: the sum of the sensitivities of its neurons."""
    where = [i for i, n in enumerate(body.neurons) if n.activation == "variable" and n.index == argument]

    def derivative(*args: Array) -> Array:
        given = np.broadcast_arrays(*args[:-1])
        columns = np.stack([np.ravel(a) for a in given])
        J = sensitivities(body, forward(body, columns))
        total: Array = np.sum([J[i] for i in where], axis=0).reshape(np.shape(given[0]))
        return total.astype(np.result_type(*given), copy=False)

    return derivative


def _branches(body: Network, value: Callable[..., Array]) -> tuple[Callable[[Array], Array], ...]:
    """The branches of the inverse: one for each monotone piece, those nearest to zero first."""
    with np.errstate(all="ignore"):
        values = value(_ARGUMENTS)
        slopes = np.sign(np.diff(values))
    pieces, start = [], 0
    for i in range(1, len(slopes) + 1):
        if i == len(slopes) or slopes[i] != slopes[start]:
            if abs(slopes[start]) == 1.0 and i - start >= 8:
                pieces.append((start, i + 1))
            start = i
    pieces.sort(key=lambda p: float(np.abs(_ARGUMENTS[p[0]:p[1]]).min()))
    derivative = _derivative_of(body, 0)
    return tuple(_branch(value, derivative, _ARGUMENTS[a:b], values[a:b]) for a, b in pieces[:_BRANCHES])


def _branch(value: Callable[..., Array], derivative: Callable[..., Array], arguments: Array,
            values: Array) -> Callable[[Array], Array]:
    """The inverse on one monotone piece: interpolated, then improved by Newton's method; NaN outside its values."""
    order = slice(None) if values[-1] > values[0] else slice(None, None, -1)
    rising, at = values[order], arguments[order]

    def inverse(t: Array) -> Array:
        t = np.asarray(t, dtype=np.float64)
        x = np.interp(t, rising, at)
        with np.errstate(all="ignore"):
            for _ in range(_TURNS):
                now = value(x)
                closer = np.clip(x - (now - t) / derivative(x, now), arguments[0], arguments[-1])
                x = np.where(np.abs(value(closer) - t) < np.abs(now - t), closer, x)
        return np.where((t >= rising[0]) & (t <= rising[-1]), x, np.nan)

    return inverse


def _parity(value: Callable[..., Array]) -> Parity:
    points = np.array([0.13, 0.37, 0.71, 1.19, 1.93, 2.71])
    with np.errstate(all="ignore"):
        here, there = value(points), value(-points)
    if not np.isfinite([here, there]).all():
        return Parity.NONE
    same, opposite = np.allclose(here, there, 1e-13, 0.0), np.allclose(here, -there, 1e-13, 0.0)
    return Parity.EVEN if same else Parity.ODD if opposite else Parity.NONE


def _is_bounded(value: Callable[..., Array], arity: int) -> bool:
    far = np.linspace(-50.0, 50.0, 201)
    with np.errstate(all="ignore"):
        values = value(*(g.ravel() for g in np.meshgrid(*[far] * arity)))
    return bool(np.isfinite(values).all() and np.ptp(values) < 4.0)


def _commutes(value: Callable[..., Array]) -> bool:
    a, b = np.array([0.3, 1.7, 2.9, 0.8]), np.array([1.1, 0.4, 3.7, 2.2])
    with np.errstate(all="ignore"):
        return bool(np.allclose(value(a, b), value(b, a), 1e-13, 0.0))


def _interval(body: Network, box: Sequence[Interval]) -> Interval | None:
    return output_interval(body, box)


def _code(body: Network, language: str) -> str:
    """The body in a language of the exports, as a format string with a place for each argument."""
    def combine(i: int, neuron: Neuron, below: list[str]) -> str:
        if below:
            template: str = getattr(ACTIVATIONS[neuron.activation], language)
            return template.format(*below)
        if neuron.activation == "variable":
            return f"({{{neuron.index}}})"
        number = body.constants[neuron.index] if neuron.activation == "constant" else neuron.index
        text = f"{float(number)!r}".upper() if language == "spreadsheet" else f"{float(number)!r}"
        if language == "sympy_code":
            text = f"sp.Integer({int(number)})" if float(number).is_integer() else f"sp.Float('{number!r}', 17)"
        return f"({text})" if number < 0 else text

    return f"({body.fold(combine)})"


def _symbolic(body: Network, sp: Any, args: Sequence[Any]) -> Any:
    """The body in SymPy, or in PyTorch in the place of SymPy."""
    def combine(i: int, neuron: Neuron, below: list[Any]) -> Any:
        if below:
            return ACTIVATIONS[neuron.activation].sympy(sp, *below)
        value = _leaf(neuron, body, args)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return body.fold(combine)


use_maker(own_function)
