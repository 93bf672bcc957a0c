"""The live chart of the fit: the rows, and the best formula so far.

A Vega-Lite chart, as that of the loss: its specification depends on the run alone, so Streamlit replaces only its data.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from xnet.ui.session.shared import made_once
from xnet.ui.text import shorten
from xnet.wording.row_words import HELD_OUT, TRAINING

#: The name of the line: the formula itself; the diagonal, on which a row is where the formula is exact; or the
#: probability from which a row is assigned to the class.
FORMULA, EXACT, EVEN = "formula", "no error", "probability 0.5"
HEIGHT = 300
_LONGEST_TITLE = 40
_SHAPES = {TRAINING: "circle", HELD_OUT: "diamond"}
#: The legend's sign for the line: a dash.
_LINE_SHAPE = "M-1,-0.12H1V0.12H-1Z"


def fit_card(snapshot: Mapping[str, Any], target: str, version: Hashable) -> None:
    """Draw the rows and the best formula of a snapshot that has `fit`.

    Args:
        snapshot: the snapshot.
        target: the name of the target.
        version: names what of the snapshot is drawn, see `made_once`.
    """
    fit = snapshot["fit"]
    curve = fit["input"] is not None
    st.markdown("**Fit of the best formula**")
    st.vega_lite_chart(made_once(("fit", version), lambda: fit_table(fit)), fit_spec(fit, target), height=HEIGHT,
                       key="live_fit", alt="The rows, and the best formula as a curve" if curve else
                       "The value by the best formula against the target of every row")
    line = {FORMULA: "", EXACT: "A row is on the line where the formula is exact.",
            EVEN: "A row above the line is assigned to the class. It belongs to the class if it is at 1 on the "
            "horizontal axis."}
    shown, rows = len(fit["train"]) + len(fit["holdout"]), snapshot["rows_train"] + snapshot["rows_holdout"]
    st.caption(" ".join(filter(None, (line[_line(fit)],
                                      f"The chart shows {shown} of {rows:,} rows." if shown < rows else ""))))


def fit_spec(fit: Mapping[str, Any], target: str) -> dict[str, Any]:
    """The specification of the chart; the same for all snapshots of a run.

    Args:
        fit: the `FitPoints` of a snapshot.
        target: the name of the target.
    """
    rows = [TRAINING, *([HELD_OUT] if fit["holdout"] else [])]
    target = shorten(target, _LONGEST_TITLE)
    if fit["input"] is None:  # both axes have the range of the target; a value outside is drawn at the border
        across = _axis("x", target, fit["log"][0])
        across["scale"] |= {"domain": [fit["low"], fit["high"]], "nice": False}
        vertical = _axis("y", ("probability" if fit["is_class"] else "value") + " by the formula", fit["log"][1])
        vertical["scale"] |= {"domain": [fit["low"], fit["high"]], "nice": False, "clamp": True}
    else:
        across = _axis("x", shorten(fit["input"], _LONGEST_TITLE), fit["log"][0])
        across["scale"] |= {"nice": False, "padding": 8}
        vertical = _axis("y", target, fit["log"][1])
        vertical["scale"] |= {"domain": [fit["low"], fit["high"]], "nice": False}
    line = _line(fit)
    color = {"field": "part", "type": "nominal", "title": None, "scale": {"domain": [*rows, line]},
             "legend": {"orient": "top", "columns": {"expr": "width < 200 ? 1 : width < 300 ? 2 : 3"}, "labelLimit": 0}}
    shape = {"field": "part", "type": "nominal", "legend": None,
             "scale": {"domain": [*rows, line], "range": [*(_SHAPES[part] for part in rows), _LINE_SHAPE]}}
    tooltip = [{"field": "part", "title": "one of the"},
               *({"field": axis["field"], "format": ".5~g", "title": axis["title"]} for axis in (across, vertical))]
    return {"encoding": {"x": across, "y": vertical, "color": color}, "config": {"view": {"stroke": None}}, "layer": [
        {"mark": {"type": "point", "filled": True, "size": 34, "opacity": 0.7, "clip": True},
         "encoding": {"shape": shape, "tooltip": tooltip}, "transform": [{"filter": f"datum.part != '{line}'"}]},
        {"mark": {"type": "line", "strokeWidth": 2.4 if line == FORMULA else 1.4, "clip": True},
         "encoding": {"order": {"field": "place", "type": "quantitative"}},
         "transform": [{"filter": f"datum.part == '{line}'"}]}]}


def fit_table(fit: Mapping[str, Any]) -> pa.Table:
    """The points of a chart as a table with columns x, y, part and place (the position in its part).

    Rows for which the formula is not defined are left out; a curve has a gap there.
    """
    parts = {TRAINING: fit["train"], HELD_OUT: fit["holdout"], _line(fit): fit["line"]}
    found = [(x, y, part, i) for part, points in parts.items() for i, (x, y) in enumerate(points)
             if part == FORMULA or None not in (x, y)]
    kinds = {"x": pa.float64(), "y": pa.float64(), "part": pa.string(), "place": pa.int64()}
    return pa.table([pa.array([row[i] for row in found], kind) for i, kind in enumerate(kinds.values())],
                    names=list(kinds))


def _line(fit: Mapping[str, Any]) -> str:
    return FORMULA if fit["input"] is not None else EVEN if fit["is_class"] else EXACT


def _axis(field: str, title: str, log: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"field": field, "type": "quantitative", "title": title,
                            "scale": {"type": "log" if log else "linear", "zero": False},
                            "axis": {"tickCount": 5, "grid": field == "y"}}
    return axis
