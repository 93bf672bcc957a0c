"""Charts of trajectories: states over time, and the phase portrait with the vector field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from xnet.arrays import Array
from xnet.dynamics.fixed_points import FixedPoint
from xnet.dynamics.system import System
from xnet.dynamics.trajectories import Trajectories, Trajectory
from xnet.ui.components.charts import colours, plain
from xnet.ui.text import shorten
from xnet.wording.formula_words import says_unit

#: The number of trajectories that are drawn.
MOST_DRAWN = 3
#: Colour of a simulated path, visible on white and on black.
PATH_COLOUR = "#8a5cd6"
#: The legend stands on the chart and grows upwards; several lines of it, as on a phone, cover nothing.
_LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
#: Arrows along each side of the vector field.
_ARROWS = 17


def titled(name: str, units: Mapping[str, str]) -> str:
    """The title of an axis: a name, and its unit unless the name says it (plotly reads tags)."""
    unit = units.get(name, "")
    shown = f" ({unit})" if unit and unit != "1" and not says_unit(name, unit) else ""
    return f"{shorten(name, 24)}{shown}".replace("<", "‹")


def curves_figure(data: Trajectories, curves: Sequence[Any] | None, units: Mapping[str, str], time: str = "time",
                  bands: Array | None = None, times: Sequence[Array] | None = None) -> go.Figure:
    """Rows and simulated curves of the states over time, one chart below the other.

    Args:
        data: the trajectories.
        units: of the columns, by name.
        time: the column of time.
        curves: for each of the first trajectories (m, d) simulated states; None before there are any.
        bands: (2, n_rows, d) ends of the 95 % bands.
        times: (m,) of the simulated states of each of these trajectories; by default those of their rows.
    """
    n = len(data.states)
    figure = make_subplots(rows=n, cols=1, shared_xaxes=True, vertical_spacing=0.04)
    start = 0
    for k, (item, colour) in enumerate(zip(data.items, colours(MOST_DRAWN), strict=False)):
        label = _label(data, item)
        for i in range(n):
            first = i == 0
            figure.add_scatter(x=item.t, y=item.X[:, i], mode="markers", row=i + 1, col=1, showlegend=first,
                               name=f"rows{label}", legendgroup=f"rows{k}",
                               marker={"color": colour, "size": 5, "opacity": 0.7})
            if bands is not None:
                part = bands[:, start:start + len(item.t), i]
                figure.add_scatter(x=np.concatenate([item.t, item.t[::-1]]), row=i + 1, col=1, fill="toself",
                                   y=np.concatenate([part[0], part[1][::-1]]), mode="none", fillcolor=colour,
                                   opacity=0.2, hoverinfo="skip", showlegend=False)
            if curves is not None and k < len(curves):
                values = np.array(curves[k], dtype=float)[:, i]
                at = item.t if times is None else times[k]
                figure.add_scatter(x=at, y=values, mode="lines", row=i + 1, col=1, showlegend=first,
                                   name=f"simulated{label}", legendgroup=f"curve{k}",
                                   line={"color": colour, "width": 2})
        start += len(item.t)
    for i, name in enumerate(data.states):
        figure.update_yaxes(title=titled(name, units), row=i + 1, col=1)
    figure.update_xaxes(title=titled(time, units), row=n, col=1)
    figure.update_layout(height=150 + 170 * n, margin={"l": 10, "r": 10, "t": 30, "b": 10},
                         legend=_LEGEND)
    return figure


def _label(data: Trajectories, item: Trajectory) -> str:
    """What a legend adds for a trajectory: its name, where there are several."""
    return f" {plain(item.name, 20)}" if len(data.items) > 1 else ""


def phase_figure(system: System, data: Trajectories, axes: tuple[int, int], path: Array,
                 points: Sequence[FixedPoint], held: Array, units: Mapping[str, str]) -> go.Figure:
    """The plane of two states with the vector field, rows, a simulated path and fixed points.

    Args:
        axes: positions of the two states.
        path: (n, d) a simulated path.
        points: the fixed points.
        held: (d + k,) values of all states and driving inputs off the plane.
        units: of the columns, by name.
    """
    i, j = axes
    X = data.stacked
    figure = go.Figure()
    low, high = X.min(axis=0), X.max(axis=0)
    x, y = (np.linspace(low[a] - 0.1 * (high[a] - low[a]), high[a] + 0.1 * (high[a] - low[a]), _ARROWS) for a in axes)
    figure.add_scatter(**_arrows(system, axes, x, y, held), mode="lines", hoverinfo="skip", name="vector field",
                       line={"color": "#8a929e", "width": 1})
    for item, colour in zip(data.items, colours(MOST_DRAWN), strict=False):
        figure.add_scatter(x=item.X[:, i], y=item.X[:, j], mode="markers", name=f"rows{_label(data, item)}",
                           marker={"color": colour, "size": 5, "opacity": 0.7})
    figure.add_scatter(x=path[:, i], y=path[:, j], mode="lines", name="simulated",
                       line={"color": PATH_COLOUR, "width": 2.4})
    for point in points:
        figure.add_scatter(x=[point.x[i]], y=[point.x[j]], mode="markers", name=point.kind,
                           marker={"symbol": "circle" if point.is_stable else "circle-open", "size": 13,
                                   "color": "#cc79a7", "line": {"width": 3, "color": "#cc79a7"}})
    figure.update_layout(height=480, margin={"l": 10, "r": 10, "t": 30, "b": 10},
                         legend=_LEGEND,
                         xaxis_title=titled(system.states[i], units), yaxis_title=titled(system.states[j], units))
    return figure


def _arrows(system: System, axes: tuple[int, int], x: Array, y: Array, held: Array) -> dict[str, Array]:
    """The lines of the vector field: from a dot of the grid along the direction of motion, all of one length."""
    gx, gy = (grid.ravel() for grid in np.meshgrid(x, y))
    columns = np.repeat(held[:, None], gx.size, axis=1)
    columns[axes[0]], columns[axes[1]] = gx, gy
    with np.errstate(all="ignore"):
        slopes = system.slopes(columns)[list(axes)]
    cell = np.array([x[1] - x[0], y[1] - y[0]])[:, None]
    size = np.linalg.norm(slopes / cell, axis=0)
    with np.errstate(all="ignore"):
        move = np.where(np.isfinite(size) & (size > 0), 0.7 / size, np.nan) * slopes
    side = 0.25 * np.stack([-move[1] / cell[1], move[0] / cell[0]]) * cell  # turned by a right angle on the screen
    end = np.stack([gx, gy]) + move
    parts = [np.stack([gx, gy]), end, end - 0.35 * move + 0.6 * side, end, end - 0.35 * move - 0.6 * side,
             np.full((2, gx.size), np.nan)]
    lines = np.stack(parts, axis=2).reshape(2, -1)
    return {"x": lines[0], "y": lines[1]}
