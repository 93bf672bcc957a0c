"""Notations in which people type a formula, such as y = 2x² + |z| and np.exp(x), brought to the one of the reader."""

from __future__ import annotations

import re
from collections.abc import Container
from keyword import iskeyword

_LEFT_SIDE = re.compile(r"\s*([^\W\d]\w*)\s*(?:\([^()=]*\))?\s*(?::=|=|≈)(?!=)")
_MODULE = re.compile(r"(?<![\w.])(?:np|numpy|math|Math|sp|sympy|jnp|torch)\.(?=[A-Za-z])")
_SIGNS = str.maketrans({"·": "*", "⋅": "*", "×": "*", "∙": "*", "÷": "/", "∕": "/", "−": "-", "–": "-"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_ROOT = re.compile(r"(?:(?<=[\w.)])(\s*))?√\s*(?:(\()|([\w.]+))")
_BARS = re.compile(r"\|([^|]+)\|")
#: A number with a name or a bracket behind it, and a bracket with one behind it.
_NUMBER = r"((?<![\w.])(?>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))"
_NUMBER_BESIDE, _NUMBER_BEFORE = re.compile(rf"{_NUMBER}\s*(?=[^\W\d])"), re.compile(rf"{_NUMBER}\s*(?=\()")
_BRACKET_BESIDE = re.compile(r"\)\s*(?=[\w(])")

#: On the left side of an equation these are functions of the target, and not its name with its inputs.
_FUNCTIONS = frozenset((
    "log", "ln", "log10", "log2", "lg", "exp", "sqrt", "cbrt", "abs", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "arcsin", "arccos", "arctan", "asin", "acos", "atan", "square", "cube", "reciprocal", "log1p", "expm1", "logit"))
#: Functions of other programs, with their arguments (capital letters) and the same in known functions.
COMPOSED = {
    "log1p": ("X", "log(1 + X)"), "expm1": ("X", "exp(X) - 1"), "sec": ("X", "1/cos(X)"), "csc": ("X", "1/sin(X)"),
    "cot": ("X", "1/tan(X)"), "inv": ("X", "1/X"), "power": ("XY", "X**Y"), "log": ("XY", "log(X)/log(Y)"),
    "logn": ("XY", "log(X)/log(Y)"), "hypot": ("XY", "sqrt(X**2 + Y**2)"), "exp2": ("X", "2**X"),
    "exp10": ("X", "10**X"), "deg2rad": ("X", "X*pi/180"), "radians": ("X", "X*pi/180")}


def in_known_notation(text: str, names: Container[str]) -> str:
    """A formula without its left side, in the signs * / - ** and with the names of functions alone.

    Args:
        text: the formula; names that are no identifiers are placeholders already.
        names: of the columns.

    >>> in_known_notation("y = 2·x² − √z", ["x", "z"]), in_known_notation("np.exp(-x)(z + 1)", ["x", "z"])
    ('2*x**2 - sqrt(z)', 'exp(-x)*(z + 1)')
    >>> in_known_notation("T = 2π√(m/k)", ["m"]), in_known_notation("a √x + π(x + 1)", ["x"])
    ('2pi*sqrt(m/k)', 'a*sqrt(x) + pi*(x + 1)')
    """
    left = _LEFT_SIDE.match(text)
    if left and text.count("=") + text.count("≈") == 1 and left[1] not in names and not _transforms(left[0], text):
        text = text[left.end():].strip()
    text = _MODULE.sub("", text).translate(_SIGNS)
    text = _POWER.sub(lambda m: f"**{power}" if (power := m[0].translate(_RAISED)).isdigit() else f"**({power})", text)
    text = _ROOT.sub(lambda m: ("" if m[1] is None else "*") + ("sqrt(" if m[2] else f"sqrt({m[3]})"), text)
    if "π" not in names:
        text = re.sub(r"(?:(?<!\w)|(?<=\d))π(?!\w)(\()?", lambda m: "pi*(" if m[1] else "pi", text)
    return _NUMBER_BEFORE.sub(r"\1*", _BRACKET_BESIDE.sub(")*", text))


def _transforms(left: str, text: str) -> bool:
    """Whether a left side is more than the name of the target: log(y) = a*b, or f(x, y) = 0."""
    name, _, arguments = left.partition("(")
    return bool(arguments) and (name.strip().lower() in _FUNCTIONS or re.search(r"[^\W\d]", text[len(left):]) is None)


def with_products(text: str) -> str:
    """A formula with the signs of its products, and bars as absolute values: 2x + |z| is 2*x + abs(z).

    >>> with_products("2x + |x - 2|"), with_products("1e-3x + log2(x) + 1e5 + 2e")
    ('2*x + abs(x - 2)', '1e-3*x + log2(x) + 1e5 + 2*e')
    """
    return _NUMBER_BESIDE.sub(r"\1*", _BARS.sub(r"abs(\1)", text))


def what_is_wrong(text: str, offset: int | None) -> str:
    """The reason why a text is no formula; "" where none is known.

    Args:
        text: the text.
        offset: the character, from 1, at which Python's parser gave up; None where its text was another.

    >>> what_is_wrong("2*(x + 1", 3), what_is_wrong("2x", 1)
    (': the bracket at character 3 is not closed', ': a sign is missing in 2x, such as 2*x')
    """
    bare, opened = re.sub(r"`[^`]*`", lambda match: "_" * len(match[0]), text), []
    for k, sign in enumerate(bare, 1):
        if sign in "([":
            opened.append(k)
        elif sign in ")]":
            if not opened:
                return f": the bracket at character {k} closes nothing"
            opened.pop()
    if opened:
        return f": the bracket at character {opened[-1]} is not closed"
    if re.match(r"\s*d\w+\s*/\s*d\w+|\s*\w+''*\s*(?:\(|=)", bare) and ("=" in bare or "'" in bare):
        return ": it has a derivative; laws of motion are searched with XNetDynamics or with: python -m xnet dynamics"
    if re.search(r"(?<![<>=!])=(?!=)", bare):
        return (": it is an equation; give the side that equals the target alone, and transform the target in the "
                "table if a function or a power of it is meant")
    if match := re.search(r"(?<![\w.])(\d+\.?\d*(?:[eE][-+]?\d+)?)([^\W\d_]\w*)", bare):
        return f": a sign is missing in {match[0]}, such as {match[1]}*{match[2]}"
    word = next((m for m in re.finditer(r"(?<!\w)[a-z]+(?!\w)", bare) if iskeyword(m[0])), None)
    if word and offset:  # where Python read another text, the word may be a column
        return f": {word[0]!r} at character {word.start() + 1} is a word of Python, which no constant can be called"
    return f" near character {offset}" if offset else ""
