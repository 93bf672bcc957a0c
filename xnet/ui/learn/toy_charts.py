"""The toy's charts: Vega-Lite specifications that never change, and the tables that fill them.

Streamlit swaps the data of such a chart in place, so that points move from phase to phase instead of flashing. Colours
are the theme's, in the same order everywhere: what a neuron puts out, what it should, what is tried in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.engine import Target
from xnet.engine.networks.network import Network
from xnet.learn.toy_moves import Proposal, outputs, symbol, words
from xnet.learn.toy_points import Points

ANSWER, POINT = "network's answer", "your points"
OUTPUT, TARGET, TRIED = "puts out", "should put out", "tried"
#: Points of a curve between the lowest and the highest x, and how far the curve goes beyond them.
_FINE, _BEYOND = 161, 0.03
#: A screen reader is told what a chart shows by its `alt`, not mark by mark.
_SPOKEN = {"aria": False}


def _layers(series: Sequence[str], y_title: str) -> dict[str, Any]:
    """Curves, dots and gaps of the series in one picture."""
    scale = {"domain": list(series)}
    legend = {"orient": "top", "title": None, "labelLimit": 0}
    colour = {"field": "series", "type": "nominal", "scale": scale, "legend": legend}
    x = {"field": "x", "type": "quantitative", "title": "x", "scale": {"zero": False}, "axis": {"grid": False}}
    y = {"field": "y", "type": "quantitative", "title": y_title, "scale": {"zero": False}}
    faint = {"field": "weight", "type": "quantitative", "legend": None,
             "scale": {"domain": [0, 1], "range": [0.15, 1]}}
    tooltip = [{"field": name, "type": kind, "title": title} for name, kind, title in (
        ("series", "nominal", "what"), ("x", "quantitative", "x"), ("shown", "nominal", "value"),
        ("matters", "nominal", "how much it matters here"))]
    return {
        "layer": [
            {"transform": [{"filter": "datum.part == 'gap'"}], "mark": {"type": "rule", "strokeWidth": 2} | _SPOKEN,
             "encoding": {"x": x, "y": y, "y2": {"field": "y2"}, "color": colour, "opacity": faint}},
            {"transform": [{"filter": "datum.part == 'curve'"}], "mark": {"type": "line", "strokeWidth": 2} | _SPOKEN,
             "encoding": {"x": x, "y": y, "color": colour, "detail": {"field": "piece"}}},
            {"transform": [{"filter": "datum.part == 'dot'"}],
             "mark": {"type": "point", "filled": True, "size": 65} | _SPOKEN,
             "encoding": {"x": x, "y": y, "color": colour, "opacity": faint, "tooltip": tooltip,
                          "shape": {"field": "series", "type": "nominal", "legend": legend,
                                    "scale": {**scale, "range": ["circle", "diamond", "triangle-up"]}}}},
        ],
        "config": {"view": {"stroke": None}},
    }


ANSWER_SPEC = _layers((ANSWER, POINT), "y")
NEURON_SPEC = _layers((OUTPUT, TARGET, TRIED), "")
BARS_SPEC: dict[str, Any] = {
    "encoding": {
        "y": {"field": "activation", "type": "nominal", "sort": None, "title": None,
              "axis": {"labelLimit": 120, "ticks": False, "domain": False, "labelFontSize": 13,
                       "labelOverlap": False}},
        "x": {"field": "left", "type": "quantitative", "title": "left unexplained (%)",
              "scale": {"domain": [0, 100], "clamp": True}, "axis": {"tickCount": 5, "gridOpacity": 0.3}}},
    "layer": [
        {"mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.7}},
         "encoding": {"color": {"field": "role", "type": "nominal", "title": None,
                                "scale": {"domain": ["another", "now", "chosen"]},
                                "legend": {"orient": "top", "labelLimit": 0}},
                      "opacity": {"field": "role", "type": "nominal", "legend": None,
                                  "scale": {"domain": ["another", "now", "chosen"], "range": [0.4, 0.8, 1]}},
                      "tooltip": [{"field": "words", "title": "activation"}, {"field": "text", "title": "leaves"}]}},
        {"mark": {"type": "text", "align": "left", "dx": 4},
         "encoding": {"text": {"field": "text"}}}],
    "config": {"view": {"stroke": None}},
}
_COLUMNS = ["part", "series", "x", "y", "y2", "weight", "piece", "shown", "matters"]


def answer_table(points: Points, network: Network, *, gaps: bool) -> pd.DataFrame:
    """Points, the network's answer as a curve and at the points, and the gaps between them where asked for."""
    x, y = np.array(points.x), np.array(points.y)
    answer = outputs(network, x[None])[-1]
    low, high = _window([y, answer[np.isfinite(answer)]])
    rows = _curve(ANSWER, *_fine(points, network, -1), low, high)
    if gaps:
        rows += [("gap", POINT, a, b, c, 1.0, "", "", "") for a, b, c in zip(x, y, np.clip(answer, low, high),
                                                                            strict=True) if np.isfinite(c)]
    rows += _dots(ANSWER, x, answer, low, high)
    rows += _dots(POINT, x, y, low, high)
    return pd.DataFrame(rows, columns=_COLUMNS)


def neuron_table(points: Points, network: Network, place: int, target: Target | None,
                 tried: tuple[Array, Array] | None) -> pd.DataFrame:
    """What a neuron puts out, what it should, and what is tried in its place.

    Args:
        target: None where targets are not asked for yet.
        tried: x and values (m,) of a curve.
    """
    x = np.array(points.x)
    own = outputs(network, x[None])[place]
    seen = [own[np.isfinite(own)]]
    weight = np.zeros(len(x))
    if target is not None:
        weight = np.sqrt(target.weight / (target.weight.max() or 1.0))
        seen.append(target.values[weight > 0.15])
    low, high = _window(seen)
    rows = _curve(OUTPUT, *_fine(points, network, place), low, high)
    rows += _dots(OUTPUT, x, own, low, high)
    if target is not None:
        there = (target.weight > 0) & np.isfinite(own)
        ends = np.clip(target.values, low, high)
        rows += [("gap", TARGET, x[i], own[i], ends[i], weight[i], "", "", "") for i in np.flatnonzero(there)]
        rows += _dots(TARGET, x[there], target.values[there], low, high, weight[there])
    if tried is not None:
        rows += _curve(TRIED, *tried, low, high)
    return pd.DataFrame(rows, columns=_COLUMNS)


def bars_table(offers: Sequence[Proposal], *, now: str, chosen: str, most: int = 7) -> pd.DataFrame:
    """The best offers as bars, the one that stands there now and the chosen one always among them."""
    shown = [offer for k, offer in enumerate(offers) if k < most or offer.activation in (now, chosen)]
    shown.sort(key=lambda offer: offer.loss)
    return pd.DataFrame([
        (symbol(o.activation), 100 * min(o.loss, 9.99), percent(o.loss), words(o.activation),
         "chosen" if o.activation == chosen else "now" if o.activation == now else "another") for o in shown],
        columns=["activation", "left", "text", "words", "role"])


def percent(loss: float) -> str:
    """A share left unexplained, in words.

    >>> percent(0.314), percent(0.00042), percent(1e-12), percent(0.0), percent(2.5), percent(4e7)
    ('31 %', '0.042 %', '0 %', '0 %', '250 %', '> 1000 %')
    """
    if loss < 1e-9:
        return "0 %"
    return "> 1000 %" if loss > 10 else f"{100 * loss:.0f} %" if loss >= 0.1 else f"{100 * loss:.2g} %"


def _fine(points: Points, network: Network, place: int) -> tuple[Array, Array]:
    x = fine_x(points)
    return x, outputs(network, x[None])[place]


def fine_x(points: Points) -> Array:
    """Where curves are drawn."""
    low, high = min(points.x), max(points.x)
    room = _BEYOND * (high - low)
    return np.linspace(low - room, high + room, _FINE)


def _window(seen: Sequence[Array]) -> tuple[float, float]:
    """The lowest and highest value that is drawn: curves and targets that shoot away leave the picture."""
    values = np.concatenate(seen) if seen else np.zeros(0)
    if not len(values):
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.15 * (high - low) or 0.1 * max(1.0, abs(high))
    return low - room, high + room


def _curve(series: str, x: Array, y: Array, low: float, high: float) -> list[tuple[Any, ...]]:
    """A curve, cut where it leaves the picture; a steep way back in begins another piece."""
    inside = np.isfinite(y) & (y >= low) & (y <= high)
    piece = np.cumsum(~inside)
    return [("curve", series, x[i], y[i], None, 1.0, f"{series}{piece[i]}", "", "") for i in np.flatnonzero(inside)]


def _dots(series: str, x: Array, y: Array, low: float, high: float, weight: Array | None = None,
          ) -> list[tuple[Any, ...]]:
    inside = np.flatnonzero(np.isfinite(y) & (y >= low) & (y <= high))
    return [("dot", series, x[i], y[i], None, 1.0 if weight is None else weight[i], "", f"{y[i]:.4g}",
             "fully" if weight is None else f"{100 * weight[i] ** 2:.0f} %") for i in inside]
