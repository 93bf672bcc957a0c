"""The charts of the demonstration: constant Vega-Lite specifications, and the tables with their data.

Streamlit replaces only the data of such a chart, so it does not flash between phases. The colours are the theme's, in
the same order in every chart: output, target, activation tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.engine import Target
from xnet.engine.networks.network import Network
from xnet.learn.toy_moves import Proposal, activation_name, outputs, symbol
from xnet.learn.toy_points import Points

ANSWER, POINT = "output of the network", "your points"
OUTPUT, TARGET, TRIED = "output", "target", "tried"
#: Number of points of a curve, and how far it extends beyond the lowest and the highest x, relative to their distance.
_FINE, _BEYOND = 161, 0.03
#: Screen readers read the `alt` text of a chart, not its marks.
_NO_ARIA = {"aria": False}


def _layers(series: Sequence[str], y_title: str) -> dict[str, Any]:
    """The specification of a chart with curves, dots and gaps of the series."""
    scale = {"domain": list(series)}
    legend = {"orient": "top", "title": None, "labelLimit": 0}
    colour = {"field": "series", "type": "nominal", "scale": scale, "legend": legend}
    x = {"field": "x", "type": "quantitative", "title": "x", "scale": {"zero": False},
         "axis": {"grid": False}}
    y = {"field": "y", "type": "quantitative", "title": y_title, "scale": {"zero": False}}
    faint = {"field": "weight", "type": "quantitative", "legend": None,
             "scale": {"domain": [0, 1], "range": [0.15, 1]}}
    tooltip = [{"field": name, "type": kind, "title": title} for name, kind, title in (
        ("series", "nominal", "series"), ("x", "quantitative", "x"), ("shown", "nominal", "value"),
        ("matters", "nominal", "influence here"))]
    return {
        "layer": [
            {"transform": [{"filter": "datum.part == 'gap'"}], "mark": {"type": "rule", "strokeWidth": 2} | _NO_ARIA,
             "encoding": {"x": x, "y": y, "y2": {"field": "y2"}, "color": colour, "opacity": faint}},
            {"transform": [{"filter": "datum.part == 'curve'"}], "mark": {"type": "line", "strokeWidth": 2} | _NO_ARIA,
             "encoding": {"x": x, "y": y, "color": colour, "detail": {"field": "piece"}}},
            {"transform": [{"filter": "datum.part == 'dot'"}],
             "mark": {"type": "point", "filled": True, "size": 65} | _NO_ARIA,
             "encoding": {"x": x, "y": y, "color": colour, "opacity": faint, "tooltip": tooltip,
                          "shape": {"field": "series", "type": "nominal", "legend": legend,
                                    "scale": {**scale, "range": ["circle", "diamond", "triangle-up"]}}}},
        ],
        "config": {"view": {"stroke": None}},
        "padding": {"left": 5, "top": 5, "bottom": 5, "right": 14},  # the last label of the axis is not cut off
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
                      "tooltip": [{"field": "name", "title": "activation"}, {"field": "text", "title": "leaves"}]}},
        {"mark": {"type": "text", "align": "left", "dx": 4},
         "encoding": {"text": {"field": "text"}}}],
    "config": {"view": {"stroke": None}},
}
_COLUMNS = ["part", "series", "x", "y", "y2", "weight", "piece", "shown", "matters"]


def answer_table(points: Points, network: Network, *, gaps: bool) -> pd.DataFrame:
    """The points, the output of the network as a curve and at the points and, if `gaps`, the gaps between them."""
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
    """The output of a neuron, its target, and the activation tried in its place.

    Args:
        target: None before the phase of targets.
        tried: x (m,) and values (m,) of the curve of the activation tried; None if there is none.
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


def bars_table(proposals: Sequence[Proposal], *, now: str, chosen: str, most: int = 7) -> pd.DataFrame:
    """The best proposals as bars, always including the present activation and the chosen one."""
    shown = [proposal for k, proposal in enumerate(proposals) if k < most or proposal.activation in (now, chosen)]
    shown.sort(key=lambda proposal: proposal.loss)
    return pd.DataFrame([
        (symbol(o.activation), 100 * min(o.loss, 9.99), percent(o.loss), activation_name(o.activation),
         "chosen" if o.activation == chosen else "now" if o.activation == now else "another") for o in shown],
        columns=["activation", "left", "text", "name", "role"])


def percent(loss: float) -> str:
    """A share left unexplained, as a percentage.

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
    """The x values (m,) at which curves are drawn."""
    low, high = min(points.x), max(points.x)
    room = _BEYOND * (high - low)
    return np.linspace(low - room, high + room, _FINE)


def _window(seen: Sequence[Array]) -> tuple[float, float]:
    """The lowest and highest value that is drawn; curves and targets outside this range are cut off."""
    values = np.concatenate(seen) if seen else np.zeros(0)
    if not len(values):
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.15 * (high - low) or 0.1 * max(1.0, abs(high))
    return low - room, high + room


def _curve(series: str, x: Array, y: Array, low: float, high: float) -> list[tuple[Any, ...]]:
    """A curve, cut where it leaves the range of the chart; where it comes back, a new piece begins."""
    inside = np.isfinite(y) & (y >= low) & (y <= high)
    piece = np.cumsum(~inside)
    return [("curve", series, x[i], y[i], None, 1.0, f"{series}{piece[i]}", "", "") for i in np.flatnonzero(inside)]


def _dots(series: str, x: Array, y: Array, low: float, high: float, weight: Array | None = None,
          ) -> list[tuple[Any, ...]]:
    inside = np.flatnonzero(np.isfinite(y) & (y >= low) & (y <= high))
    return [("dot", series, x[i], y[i], None, 1.0 if weight is None else weight[i], "", f"{y[i]:.4g}",
             "fully" if weight is None else f"{100 * weight[i] ** 2:.0f} %") for i in inside]
