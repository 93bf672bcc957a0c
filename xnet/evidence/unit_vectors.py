"""Units as vectors, so that equations between them are linear, and vectors as text in the units that the user wrote."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

import numpy as np

from xnet.arrays import Array

from .unit_text import Unit

_BASE = {"[mass]": "kg", "[length]": "m", "[time]": "s", "[current]": "A", "[temperature]": "K", "[substance]": "mol",
         "[luminosity]": "cd"}
_SUPERSCRIPT = str.maketrans("0123456789.-", "⁰¹²³⁴⁵⁶⁷⁸⁹·⁻")
_PURE = "a pure number"
#: A text of units is searched among products of so many units of the columns, with these exponents. Of more than
#: `_FEW_FACTORS` units there are so many products that only the first exponents are tried.
_MOST_FACTORS, _FEW_FACTORS = 5, 3
_EXPONENTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 1.5, -1.5, 3.0, -3.0)


class UnitVectors:
    """The known units as vectors: exponents of the dimensions in use, then log10 of the size.

    Args:
        known: column -> unit.
        target: the target's name.
    """

    def __init__(self, known: Mapping[str, Unit], target: str) -> None:
        self.known, self.target = known, target
        self.dimensions = sorted({d for unit in known.values() for d in unit.exponents},
                                 key=lambda d: (list(_BASE).index(d) if d in _BASE else len(_BASE), d))
        self.vectors = {column: np.array([*(unit.exponents.get(d, 0.0) for d in self.dimensions), unit.scale])
                        for column, unit in known.items()}

    def text(self, vector: Array) -> str:
        """A unit as the user wrote it (or a product or quotient of two such units), else in base units."""
        if not np.abs(vector).max(initial=0.0) > 1e-9:
            return _PURE
        own = {self.known[c].difference: v for c, v in self.vectors.items() if np.abs(v).max(initial=0.0) > 1e-9}
        simple = {t: v for t, v in own.items() if re.fullmatch(r"[^\W\d]+", t)}
        made = own | {f"1/{a}": -u for a, u in simple.items()}
        made |= {f"{a}²": 2 * u for a, u in simple.items()}
        made |= {f"{a}/{b}": u - v for a, u in simple.items() for b, v in simple.items()}
        made |= {f"{a}·{b}": u + v for a, u in simple.items() for b, v in simple.items()}
        for words, unit in made.items():
            if np.allclose(unit, vector, atol=1e-6):
                return words
        if abs(vector[-1]) < 1e-9:
            return _in_base_units(self.dimensions, vector[:-1])
        found = _product(own, vector)
        if found:
            return found
        size = _size(10.0 ** vector[-1])
        return size if not np.abs(vector[:-1]).max(initial=0.0) > 1e-9 else \
            f"{size} {_in_base_units(self.dimensions, vector[:-1])}"


def _size(size: float) -> str:
    """The size of a unit as a number; 1/60 rather than 0.0166667."""
    inverse = 1.0 / size
    whole = 1.5 < inverse < 1e5 and abs(inverse - round(inverse)) < 1e-6 * inverse
    return f"1/{round(inverse)}" if whole and 10.0 ** round(np.log10(inverse)) != round(inverse) else f"{size:.6g}"


def _product(own: Mapping[str, Array], vector: Array) -> str:
    """The unit as a product of powers of the columns' units, as few and as low as possible; "" if there is none."""
    texts = [t for t in own if not re.search(r"\d{2}|[\s(]", t)][:_MOST_FACTORS]
    if not texts:
        return ""
    exponents = _EXPONENTS if len(texts) <= _FEW_FACTORS else _EXPONENTS[:5]
    powers = np.array(list(itertools.product(exponents, repeat=len(texts))))
    fits = np.abs(powers @ np.stack([own[t] for t in texts]) - vector).max(axis=1) < 1e-6
    best = min(powers[fits].tolist(), key=lambda p: (any(q % 1 for q in p), sum(map(abs, p)), sum(q < 0 for q in p),
                                                    max(map(abs, p))),
               default=_other_powers(np.stack([own[t] for t in texts]), vector))
    if best is None:
        return ""
    bracketed = [t if re.fullmatch(r"[\w°%€$£¥]+", t) else f"({t})" for t in texts]
    return _as_quotient(list(zip(bracketed, best, strict=True)))


def _other_powers(units: Array, vector: Array) -> list[float] | None:
    """The powers (k,) of units (k, D + 1) whose product is a unit, where there is one choice only; else None."""
    powers, _, rank, _ = np.linalg.lstsq(units.T, vector, rcond=1e-9)
    if rank < len(units) or np.abs(powers @ units - vector).max() > 1e-6:
        return None
    return [round(float(power), 9) for power in powers]


def _in_base_units(dimensions: Sequence[str], exponents: Array) -> str:
    """Exponents as text, e.g. kg·m/s²."""
    return _as_quotient([(_BASE.get(dimension, dimension.strip("[]")), p)
                         for dimension, p in zip(dimensions, exponents.tolist(), strict=True)])


def _as_quotient(factors: Sequence[tuple[str, float]]) -> str:
    """Names with exponents as text."""
    parts: tuple[list[str], list[str]] = ([], [])
    for name, p in factors:
        size = f"{abs(p):.3g}"
        if size != "0" and abs(p) > 1e-9:
            parts[p < 0].append(name + ("" if size == "1" else size.translate(_SUPERSCRIPT)))
    above, below = ("·".join(part) for part in parts)
    if not above and not below:
        return _PURE
    return (above or "1") + (f"/({below})" if len(parts[1]) > 1 else f"/{below}" if below else "")
