"""Small plots of the activations, drawn from their functions.

All axes run from -3 to 3 if the function allows it, so that the curves can be compared. Functions of two arguments are
shown for a straight line and a wave (thin curves); the result is bold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.own_functions import is_definition

from .svg import FONT, escape

#: Colours that contrast with light and with dark pages.
_PETROL, _GREY = "#1b8a83", "#7b8390"
_SIDE, _GAP, _LABEL, _POINTS = 44, 8, 16, 121
#: The powers of x that stand for all of them; the bold one first.
_EXPONENTS = (1.5, 0.5, -1.0)
#: Second arguments for which an own function of two arguments is drawn; the bold one first.
_SECOND_ARGUMENTS = (1.0, 0.5, 2.0)


def curves_svg(names: Sequence[str], chosen: Collection[str]) -> str:
    """The curves of activations side by side as SVG; activations that are not chosen are faint."""
    step = _SIDE + _GAP
    width, height = step * len(names) - _GAP, _SIDE + _LABEL
    parts = []
    for i, name in enumerate(names):
        faint = "" if name in chosen else ' opacity="0.45"'
        parts.append(f'<g transform="translate({i * step} 0)"{faint}>{_picture(name)}</g>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="{escape(FONT)}">{"".join(parts)}</svg>')


def describe_curves(names: Sequence[str], chosen: Collection[str]) -> str:
    """A description of `curves_svg` for screen readers."""
    said = (f"{ACTIVATIONS[name].description}{'' if name in chosen else ' (not chosen)'}" for name in names)
    return f"Curves of {', '.join(said)}"


@lru_cache(maxsize=64)
def _picture(name: str) -> str:
    """One activation in a square, with its symbol below."""
    window = ACTIVATIONS[name].window
    x = np.linspace(window[0], window[1], _POINTS)
    with np.errstate(all="ignore"):
        curves = [_path(x, y, window) for y in _curves(name, x)]
    bold, *thin = curves
    axes = "".join(f'<path d="{d}" stroke-opacity="0.4" stroke-width="1"/>' for d in _axes(window))
    others = "".join(f'<path d="{d}" stroke-opacity="0.8" stroke-width="1"/>' for d in thin)
    return (f'<g fill="none" stroke="{_GREY}" stroke-linecap="round" stroke-linejoin="round">{axes}{others}'
            f'<path d="{bold}" stroke="{_PETROL}" stroke-width="2.2"/></g><text x="{_SIDE / 2:g}" '
            f'y="{_SIDE + _LABEL - 4}" font-size="11" text-anchor="middle" fill="{_GREY}">'
            f'{escape(ACTIVATIONS[name].symbol)}</text>')


def _curves(name: str, x: Array) -> list[Array]:
    """The curves of an activation, the bold one first."""
    value = ACTIVATIONS[name].value
    if name == "pow":
        return [value(x, p) for p in _EXPONENTS]
    if is_definition(name) and ACTIVATIONS[name].arity == 2:
        return [value(x, np.full_like(x, second)) for second in _SECOND_ARGUMENTS]
    if ACTIVATIONS[name].arity == 2:
        line, wave = 0.6 * x, np.sin(1.6 * x)
        return [value(wave, line), line, wave]
    return [value(x)]


def _path(x: Array, y: Array, window: tuple[float, float, float, float]) -> str:
    """A line through the points inside the window; it is interrupted where the curve leaves the window."""
    across, down = _place(x, y, window)
    seen = np.isfinite(y) & (y >= window[2]) & (y <= window[3])
    parts, drawing = [], False
    for i in range(len(x)):
        if seen[i]:
            parts.append(f"{'L' if drawing else 'M'}{across[i]:.1f} {down[i]:.1f}")
        drawing = bool(seen[i])
    return "".join(parts)


def _axes(window: tuple[float, float, float, float]) -> list[str]:
    zero_across, zero_down = _place(np.zeros(1), np.zeros(1), window)
    return [f"M0 {zero_down[0]:.1f}H{_SIDE}", f"M{zero_across[0]:.1f} 0V{_SIDE}"]


def _place(x: Array, y: Array, window: tuple[float, float, float, float]) -> tuple[Array, Array]:
    left, right, low, high = window
    return _SIDE * (x - left) / (right - left), _SIDE * (high - y) / (high - low)
