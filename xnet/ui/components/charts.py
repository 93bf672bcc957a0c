"""The charts of the app: a live one that keeps its place on the page, and plotly figures for what people explore.

The live loss is a Vega-Lite chart with a specification that never changes: Streamlit then swaps the data in place.
Plotly charts are rebuilt whenever their data change (Streamlit 1.67), which is right for results and wrong for a view
that ticks twice a second. The specification is plain JSON, because building it with Altair at every tick costs
more than everything else in the tick together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from xnet.ui.text import shorten

#: Errors below this are drawn here: a logarithmic axis has no zero, and rounding noise is no news.
FLOOR = 1e-12
MANY = 5000
#: How every plot behaves. Dragging zooms and the house leads back, so the tools that only repeat that are left out:
#: on a phone they would cover the legend.
CONFIG = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"},
          "modeBarButtonsToRemove": ["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"]}
TRAIN, HOLDOUT = "training rows", "held-out rows"
SYMBOLS = {TRAIN: "circle", HOLDOUT: "diamond-open"}
ERROR_TITLE, LOG_LOSS_TITLE = "share left unexplained", "log loss"

# A logarithmic axis draws a line for 2, 3, 4 ... of every decade; only the decades themselves are worth the ink. Their
# labels are the powers of ten, and 2 and 5 between them where the axis has room.
_MANTISSA = "round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))"
_DECADE = {"condition": {"test": f"{_MANTISSA} == 1", "value": 1}, "value": 0}
_ROOM = "log(domain('y')[1] / domain('y')[0]) < 2 * LN10"
# On less than a decade none of them may lie in the axis' range: there every tick is labelled, with its digits.
_NARROW = "domain('y')[1] < 3 * domain('y')[0] ? format(datum.value, '.3~g') : "
_LABEL = (f"{_NARROW}{_MANTISSA} == 1 || ({_ROOM} && ({_MANTISSA} == 2 || {_MANTISSA} == 5)) "
          "? format(datum.value, datum.value < 0.001 ? '.0e' : '~r') : ''")
LOSS_SPEC: dict[str, Any] = {
    "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.4, "clip": True},
    "encoding": {
        "x": {"field": "seconds", "type": "quantitative", "title": "seconds of searching",
              "axis": {"grid": False, "tickCount": 6, "labelExpr": "format(datum.value, '~r')"},
              "scale": {"nice": False, "zero": True}},
        "y": {"field": "error", "type": "quantitative", "title": ERROR_TITLE,
              "scale": {"type": "log", "nice": False, "padding": 8},
              "axis": {"labelExpr": _LABEL, "tickCount": 5, "gridOpacity": _DECADE, "tickOpacity": _DECADE}},
        "color": {"field": "rows", "type": "nominal", "title": None, "scale": {"domain": [TRAIN, HOLDOUT]},
                  "legend": {"orient": "top", "columns": 1, "symbolType": "stroke", "labelLimit": 0}},
        "strokeDash": {"field": "rows", "type": "nominal", "scale": {"domain": [TRAIN, HOLDOUT],
                                                                    "range": [[1, 0], [6, 4]]}, "title": None,
                       "legend": {"orient": "top", "columns": 1, "symbolType": "stroke", "labelLimit": 0}},
        "tooltip": [{"field": "rows", "title": "on"}, {"field": "seconds", "format": ".1f", "title": "after (s)"},
                    {"field": "error", "format": ".3g", "title": ERROR_TITLE}],
    },
    "config": {"view": {"stroke": None}},
}


def loss_table(loss: Sequence[Sequence[float | None]]) -> pd.DataFrame:
    """The loss of a snapshot, [[seconds, train, held-out], ...], as rows (seconds, error, rows) of a log chart."""
    parts = [(float(point[0] or 0.0), max(float(value), FLOOR), name)
             for point in loss for name, value in ((TRAIN, point[1]), (HOLDOUT, point[2]))
             if value is not None and np.isfinite(value)]
    return pd.DataFrame(parts, columns=["seconds", "error", "rows"])


def front_figure(front: Sequence[Mapping[str, Any]], selected: int) -> go.Figure:
    """Error against complexity, one point a formula; the selected one is marked."""
    x = [row["complexity"] for row in front]
    hover = [shorten(row["text"], 90).replace("<", "‹") for row in front]
    figure = go.Figure()
    as_class = bool(front) and all("log_loss_train" in row for row in front)
    loss, title = ("log_loss", LOG_LOSS_TITLE) if as_class else ("loss", ERROR_TITLE)
    train = f"{loss}_train" if as_class else loss
    for name, key, dash in ((TRAIN, train, "solid"), (HOLDOUT, f"{loss}_holdout", "dot")):
        y = [None if row[key] is None else max(row[key], FLOOR) for row in front]
        if any(value is not None for value in y):
            figure.add_scatter(x=x, y=y, name=name, mode="lines+markers",
                               customdata=[[i, text] for i, text in enumerate(hover)],
                               unselected={"marker": {"opacity": 1}}, line={"dash": dash, "shape": "hv", "width": 2},
                               marker={"symbol": SYMBOLS[name], "size": 9},
                               hovertemplate=f"complexity %{{x}}<br>{title} %{{y:.3g}}<br>%{{customdata[1]}}"
                                             "<extra></extra>")
    if front:
        row = front[selected]
        figure.add_scatter(x=[row["complexity"]], y=[max(row[train], FLOOR)], name="the one shown", mode="markers",
                           marker={"symbol": "circle-open", "size": 20, "line": {"width": 3}}, hoverinfo="skip")
    figure.update_yaxes(type="log", title=title, exponentformat="power",
                        dtick=_decades([max(row[train], FLOOR) for row in front] or [1.0]))
    figure.update_xaxes(title="complexity (neurons and numbers)", rangemode="tozero")
    return framed(figure)


def _decades(losses: Sequence[float]) -> int | str:
    """Distance of the ticks on the error axis: powers of ten, or 1, 2, 5 where there is less than two of them."""
    span = float(np.log10(max(losses)) - np.log10(min(losses)))
    return "D2" if span < 1.5 else max(1, round(span / 5))


def parity_figure(points: Mapping[str, tuple[np.ndarray, np.ndarray]], *, target: str,
                  hover: Mapping[str, Sequence[str]] | None = None) -> go.Figure:
    """Predicted against actual, with the diagonal of a perfect formula.

    Args:
        points: `TRAIN` and, where rows were held out, `HOLDOUT` -> actual and predicted values, (n,) each; rows
            without a predicted value (NaN) are left out.
        target: the target's name (and unit), for the axes.
        hover: the same names -> what is said of every row, (n,).
    """
    figure = go.Figure()
    said = {name: [text for text, p in zip((hover or {}).get(name, [""] * len(a)), p, strict=True) if np.isfinite(p)]
            for name, (a, p) in points.items()}
    finite = {name: (a[np.isfinite(p)], p[np.isfinite(p)]) for name, (a, p) in points.items()}
    values = np.concatenate([v for pair in finite.values() for v in pair] or [np.zeros(0)])
    # Few browsers draw many thousand SVG points smoothly; below that SVG is sharper, and needs no WebGL.
    trace = go.Scattergl if len(values) > 2 * MANY else go.Scatter
    for name, (actual, predicted) in finite.items():
        figure.add_trace(trace(x=actual, y=predicted, mode="markers", name=name,
                               marker={"symbol": SYMBOLS[name], "size": 8, "opacity": 0.85}, customdata=said[name],
                               hovertemplate="actual %{x:.5g}<br>formula %{y:.5g}<br>%{customdata}<extra></extra>"))
    if len(values):
        ends = [float(values.min()), float(values.max())]
        figure.add_scatter(x=ends, y=ends, mode="lines", name="perfect", hoverinfo="skip",
                           line={"dash": "dash", "width": 1.5, "color": "gray"})
    short = shorten(target, 40).replace("<", "‹")
    figure.update_xaxes(title=f"{short}: actual")
    figure.update_yaxes(title=f"{short}: by the formula")
    return framed(figure)


def framed(figure: go.Figure) -> go.Figure:
    """The figure with the margins, the height and the legend of all charts."""
    figure.update_layout(margin={"l": 10, "r": 10, "t": 48, "b": 10}, height=380, hovermode="closest",
                         legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure
