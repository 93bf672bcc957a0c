"""The charts of the app: the loss chart of the Discover page, and plotly figures for exploring results.

The loss chart is a Vega-Lite chart whose specification never changes, so Streamlit replaces only its data. Plotly
charts are rebuilt whenever their data change (Streamlit 1.67); that is too slow for a page that refreshes twice a
second. The specification is plain JSON, because building it with Altair takes longer than the rest of a refresh.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pyarrow as pa

from xnet.name_lists import cut_names
from xnet.ui.text import shorten
from xnet.wording.formula_notation import typeset_text
from xnet.wording.row_words import HELD_OUT, TRAINING

#: Smaller errors are drawn at this value, because a logarithmic axis has no zero and they are rounding errors.
FLOOR = 1e-12
#: Longer groups of rows are thinned out to this many points.
MAX_POINTS = 5000
#: Options of every plotly chart. Dragging zooms and the home button resets, so the other zoom tools are removed: on a
#: phone they would cover the legend.
CONFIG = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"},
          "modeBarButtonsToRemove": ["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"]}
SYMBOLS = {TRAINING: "circle", HELD_OUT: "diamond-open"}
ERROR_TITLE, LOG_LOSS_TITLE = "share left unexplained", "log loss"

# A logarithmic axis has ticks at 2, 3, 4 ... of every decade. Grid lines are drawn at the decades only. Labels are the
# powers of ten, and 2 and 5 between them if the axis has room.
_EXPONENT = "floor(log(datum.value) / LN10 + 1e-9)"
_MANTISSA = f"round(datum.value / pow(10, {_EXPONENT}))"
_RAISED = [f"10⁻{str(k).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}" for k in range(40)]
_POWER = f"({_MANTISSA} == 1 ? '' : {_MANTISSA} + '·') + {_RAISED}[-{_EXPONENT}]"
_DECADE = {"condition": {"test": f"{_MANTISSA} == 1", "value": 1}, "value": 0}
_ROOM = "log(domain('y')[1] / domain('y')[0]) < 2 * LN10"
# An axis of less than half a decade may contain none of these, so there every tick has a label.
_NARROW = ("domain('y')[1] < 1.0005 * domain('y')[0] ? format(datum.value, '.7~g') : "
           "domain('y')[1] < 1.03 * domain('y')[0] ? format(datum.value, '.5~g') : "
           "domain('y')[1] < 3 * domain('y')[0] ? format(datum.value, '.3~g') : ")
_LABEL = (f"{_NARROW}{_MANTISSA} == 1 || ({_ROOM} && ({_MANTISSA} == 2 || {_MANTISSA} == 5)) "
          f"? (datum.value < 0.001 ? {_POWER} : format(datum.value, '~r')) : ''")


def loss_spec(held_out: bool) -> dict[str, Any]:
    """The loss chart of a search with or without held-out rows: the same specification during the whole search."""
    rows = [TRAINING, HELD_OUT] if held_out else [TRAINING]
    legend = {"orient": "top", "columns": {"expr": "width < 200 ? 1 : 2"}, "symbolType": "stroke", "labelLimit": 0}
    dashes = [[1, 0], [6, 4]][:len(rows)]
    return {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.4, "clip": True},
        "encoding": {
            "x": {"field": "seconds", "type": "quantitative", "title": "seconds of searching",
                  "axis": {"grid": False, "tickCount": 6, "labelExpr": "format(datum.value, '~r')"},
                  "scale": {"nice": False, "zero": True}},
            "y": {"field": "error", "type": "quantitative", "title": "left unexplained",
                  "scale": {"type": "log", "nice": False, "padding": 8},
                  "axis": {"labelExpr": _LABEL, "tickCount": 5, "gridOpacity": _DECADE, "tickOpacity": _DECADE}},
            "color": {"field": "rows", "type": "nominal", "title": None, "scale": {"domain": rows}, "legend": legend},
            "strokeDash": {"field": "rows", "type": "nominal", "scale": {"domain": rows, "range": dashes},
                           "title": None, "legend": legend},
            "tooltip": [{"field": "rows", "title": "on"}, {"field": "seconds", "format": ".1f", "title": "after (s)"},
                        {"field": "error", "format": ".3g", "title": ERROR_TITLE}],
        },
        "config": {"view": {"stroke": None}},
    }


def loss_table(loss: Sequence[Sequence[float | None]]) -> pa.Table:
    """The loss of a snapshot, [[seconds, train, held-out], ...], as a table with columns seconds, error, rows.

    An Arrow table, which Streamlit sends as it is; a data frame takes longer to make and to convert.
    """
    parts = [(float(point[0] or 0.0), max(float(value), FLOOR), name)
             for point in loss for name, value in ((TRAINING, point[1]), (HELD_OUT, point[2]))
             if value is not None and math.isfinite(value)]
    kinds = {"seconds": pa.float64(), "error": pa.float64(), "rows": pa.string()}
    return pa.table([pa.array([part[i] for part in parts], kind) for i, kind in enumerate(kinds.values())],
                    names=list(kinds))


def front_figure(front: Sequence[Mapping[str, Any]], selected: int) -> go.Figure:
    """Error against complexity, with one point for each formula and a ring around the selected one."""
    x = [row["complexity"] for row in front]
    hover = [shorten(typeset_text(row["text"]), 90).replace("<", "‹") for row in front]
    figure = go.Figure()
    as_class = bool(front) and all("log_loss_train" in row for row in front)
    loss, title = ("log_loss", LOG_LOSS_TITLE) if as_class else ("loss", ERROR_TITLE)
    train, shown = f"{loss}_train" if as_class else loss, [1.0] * (not front)
    for name, key, dash in ((TRAINING, train, "solid"), (HELD_OUT, f"{loss}_holdout", "dot")):
        y = [None if row[key] is None else max(row[key], FLOOR) for row in front]
        shown += [value for value in y if value is not None]
        if any(value is not None for value in y):
            figure.add_scatter(x=x, y=y, name=name, mode="lines+markers",
                               customdata=[[i, text] for i, text in enumerate(hover)],
                               unselected={"marker": {"opacity": 1}}, line={"dash": dash, "shape": "hv", "width": 2},
                               marker={"symbol": SYMBOLS[name], "size": 9},
                               hovertemplate=f"complexity %{{x}}<br>{title} %{{y:.3g}}<br>%{{customdata[1]}}"
                                             "<extra></extra>")
    if front:
        row = front[selected]
        figure.add_scatter(x=[row["complexity"]], y=[max(row[train], FLOOR)], name="selected formula", mode="markers",
                           marker={"symbol": "circle-open", "size": 20, "line": {"width": 3}}, hoverinfo="skip")
    figure.update_yaxes(type="log", title=title, exponentformat="power", **log_ticks(shown))
    figure.update_xaxes(title="complexity (neurons and numbers)", rangemode="tozero")
    return framed(figure, narrow=True)


def colours(n: int) -> list[str]:
    """The first n colours of the theme, used in turn, for traces that take none by themselves.

    They are names under which Streamlit's page writes the colours of the theme that it shows, light or dark.
    """
    found = pio.templates[pio.templates.default].layout.colorway
    return [found[k % len(found)] for k in range(n)]


def plain(text: str, length: int = 40) -> str:
    """A name from a file as text of a chart, cut to `length` characters: plotly reads tags such as <b>.

    >>> plain("<b>x</b>")
    '‹b>x‹/b>'
    """
    return shorten(text, length).replace("<", "‹")


def distinct(names: Sequence[str], length: int = 40) -> list[str]:
    """Names as categories of an axis; plotly draws categories of the same text at one place."""
    return [name.replace("<", "‹") for name in cut_names(names, length)]


def log_ticks(values: Sequence[float]) -> dict[str, Any]:
    """The ticks of a logarithmic axis, as arguments of plotly's `update_yaxes`.

    Decades; 1, 2, 5 with all their digits, one beyond each end, on less than 1.5 decades, because plotly writes 0.5 as
    a small 5; equal steps on less than half a decade, which may hold none of these.

    >>> log_ticks([1e-9, 1.0]), log_ticks([0.93, 1.03])
    ({'dtick': 2}, {'dtick': 'L0.02'})
    >>> log_ticks([0.1, 1.0])["ticktext"]
    ['0.05', '0.1', '0.2', '0.5', '1', '2']
    """
    low, high = min(values, default=1.0), max(values, default=1.0)
    span = float(np.log10(high / low))
    if 0 < span < 0.5:
        rough = (high - low) / 4
        power = 10.0 ** np.floor(np.log10(rough))
        return {"dtick": f"L{float(power * min((1, 2, 5, 10), key=lambda step: abs(step - rough / power))):.3g}"}
    if span >= 1.5:
        return {"dtick": max(1, round(span / 5))}
    decades = range(int(np.floor(np.log10(low))) - 1, int(np.ceil(np.log10(high))) + 1)
    ticks = [(k, power) for power in decades for k in (1, 2, 5) if low / 2 <= k * 10.0**power <= high * 2]
    return {"tickmode": "array", "tickvals": [float(f"{k}e{power}") for k, power in ticks],
            "ticktext": [f"{float(f'{k}e{power}'):g}" if -4 <= power <= 5 else f"{k}·10<sup>{power}</sup>"
                         for k, power in ticks]}


def parity_figure(points: Mapping[str, tuple[np.ndarray, np.ndarray]], *, target: str,
                  hover: Mapping[str, Sequence[tuple[str, int]]] | None = None) -> go.Figure:
    """Predicted against actual values, with the diagonal on which a perfect formula lies.

    Args:
        points: `TRAINING` and, if rows were held out, `HELD_OUT` -> actual and predicted values, (n,) each; rows
            without a predicted value (NaN) are left out.
        target: the target's name (and unit), for the axes.
        hover: the same names -> the tooltip and the number of every row, (n,).
    """
    figure = go.Figure()
    tooltips = {name: [text for text, value in zip((hover or {}).get(name, [("", 0)] * len(a)), p, strict=True)
                       if np.isfinite(value)]
                for name, (a, p) in points.items()}
    finite = {name: (a[np.isfinite(p)], p[np.isfinite(p)]) for name, (a, p) in points.items()}
    values = np.concatenate([v for pair in finite.values() for v in pair] or [np.zeros(0)])
    # Browsers are slow with tens of thousands of SVG points; for fewer points SVG is sharper and needs no WebGL.
    trace = go.Scattergl if len(values) > 2 * MAX_POINTS else go.Scatter
    for name, (actual, predicted) in finite.items():
        figure.add_trace(trace(x=actual, y=predicted, mode="markers", name=name,
                               marker={"symbol": SYMBOLS[name], "size": 8, "opacity": 0.85}, customdata=tooltips[name],
                               hovertemplate="actual %{x:.5g}<br>formula %{y:.5g}<br>%{customdata[0]}<extra></extra>"))
    if len(values):
        ends = [float(values.min()), float(values.max())]
        figure.add_scatter(x=ends, y=ends, mode="lines", name="perfect", hoverinfo="skip",
                           line={"dash": "dash", "width": 1.5, "color": "gray"})
    short = shorten(target, 40).replace("<", "‹")
    figure.update_xaxes(title=f"{short}: actual")
    figure.update_yaxes(title=f"{short}: by the formula")
    return framed(figure)


def log_axes(figure: go.Figure, x: bool, y: bool = False) -> go.Figure:
    """Make axes logarithmic; returns the figure. Values that have no logarithm are not drawn."""
    for chosen, axis, update in ((x, "x", figure.update_xaxes), (y, "y", figure.update_yaxes)):
        if chosen:
            values = np.concatenate([np.asarray(trace[axis], dtype=float) for trace in figure.data] or [np.zeros(0)])
            update(type="log", exponentformat="power", **log_ticks(values[values > 0].tolist()))
    return figure


def framed(figure: go.Figure, *, narrow: bool = False) -> go.Figure:
    """Set the margins, height and legend that all charts share; returns the figure.

    The legend of a `narrow` chart, beside another one, stands below the line of buttons, which would cover its end.
    """
    figure.update_layout(margin={"l": 10, "r": 10, "t": 76 if narrow else 48, "b": 10}, height=380, hovermode="closest",
                         legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return figure
