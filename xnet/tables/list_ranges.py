"""Ranges in pasted programs, such as 1:20, seq(0, 10, 0.5) and np.linspace(0, 1, 11), as lists of numbers."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CALL = re.compile(r"(?:list\s*\(\s*)?(?:(?:np|numpy|jnp|torch|tf)\.)?\b(seq|linspace|arange|range|LinRange)\s*"
                   r"\(([^()\[\]{}]*)\)(?:\s*\))?")
_COLON = re.compile(rf"(?<=[=\-,(\[])\s*\(?\[?({_NUMBER}):({_NUMBER})(?::({_NUMBER}))?\]?\)?(?=\s*(?:[,;)\n]|\Z))")
#: Functions that compute the values of a list from others.
COMPUTED = frozenset((
    "sqrt", "log", "log10", "log2", "log1p", "ln", "exp", "sin", "cos", "tan", "abs", "cumsum", "diff", "sort", "rev",
    "rep", "repmat", "zeros", "ones", "rand", "randn", "rnorm", "runif", "round", "radians", "degrees", "deg2rad",
    "rad2deg", "square", "power", "seq", "linspace", "logspace", "geomspace", "arange", "range", "sum", "mean"))
#: The longest range.
_MOST = 10**5


def with_ranges(text: str) -> str:
    """The text of a program with its ranges as lists.

    >>> with_ranges("x = np.linspace(0, 1, 3); y <- 1:3"), with_ranges("x = seq(0, 0.3, by = 0.1)")
    ('x = [0, 0.5, 1]; y <- [1, 2, 3]', 'x = [0, 0.1, 0.2, 0.3]')
    """
    text = _CALL.sub(_called, text)
    return _COLON.sub(lambda m: f" {_listed(_steps(m[1], m[3] or m[2], m[2] if m[3] else '1')) or m[0].strip()}", text)


def _called(match: re.Match[str]) -> str:
    """A call as a list; as it is if its arguments are no numbers."""
    function, given = match[1], [part.strip() for part in match[2].split(",") if part.strip()]
    named = {key.strip(): value.strip() for key, _, value in (p.partition("=") for p in given if "=" in p)}
    plain = [part for part in given if "=" not in part]
    count = named.get("length.out") or named.get("num") or named.get("length")
    first, last = named.get("from", ""), named.get("to", "")
    if function in ("linspace", "LinRange") or count:
        ends = [first, last] if first and last else plain[:2]
        numbers = _spread([*ends, count or (plain[2] if len(plain) > 2 else "50" if function == "linspace" else "")])
    elif function == "seq":
        ends = [first, last] if first and last else [*plain, "", ""]
        numbers = _steps(ends[0], ends[1], named.get("by") or (plain[2] if len(plain) > 2 else "1"))
    else:
        start, stop, step = {1: ("0", *plain, "1"), 2: (*plain, "1"), 3: tuple(plain)}.get(len(plain), ("", "", ""))
        numbers = _steps(start, stop, named.get("step", step), half_open=True)
    return _listed(numbers) or match[0]


def _listed(numbers: list[Decimal]) -> str:
    return f"[{', '.join(f'{float(n):.15g}' for n in numbers)}]" if numbers else ""


def _steps(first: str, last: str, step: str, *, half_open: bool = False) -> list[Decimal]:
    """The numbers from the first to the last; empty if they are none, or too many."""
    try:
        a, b, by = Decimal(first), Decimal(last), Decimal(step)
        steps = (b - a) / by
    except (InvalidOperation, ArithmeticError):
        return []
    if not 0 <= steps < _MOST:
        return []
    count = int(steps) + (0 if half_open and steps == int(steps) else 1)
    return [a + k * by for k in range(count)]


def _spread(given: list[str]) -> list[Decimal]:
    """So many numbers at equal distances, both ends included."""
    try:
        a, b, count = Decimal(given[0]), Decimal(given[1]), int(given[2])
    except (InvalidOperation, ValueError, IndexError):
        return []
    return [a + (b - a) * k / (count - 1) for k in range(count)] if 1 < count < _MOST else []
