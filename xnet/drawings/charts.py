"""Charts as SVG text, in pure Python: loss over time, the front, predicted against actual values, residuals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xnet.wording.formula_notation import typeset_text
from xnet.wording.formula_words import says_unit
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import unexplained_name

from .axes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    axes,
    decades,
    legend,
    power,
    room,
    scale,
    ticks,
)
from .svg import FAINT, diamond, document, dot, line

TRAINING_COLOUR, HELD_OUT_COLOUR = "#0072b2", "#d55e00"
#: Smaller losses are drawn at this value, because the axis is logarithmic and double precision ends here.
FLOOR = 1e-32
#: More rows than this are thinned out evenly; the description of the chart says so.
MAX_POINTS = 5000
#: The same where every point carries a text, which makes it three times as large.
MAX_POINTS_WITH_TIPS = 2000


def loss_svg(points: Sequence[Sequence[float | None]], name: str = "1 − R²", *,
             title: str = "Loss during the search") -> str:
    """The best loss over the seconds of the search, on a logarithmic axis.

    Args:
        points: rows of seconds, loss on the training rows, loss on the held-out rows (or None).
        name: the name of the loss.
        title: the heading.
    """
    rows = [(float(p[0] or 0), p[1], p[2] if len(p) > 2 else None) for p in points]
    series = [(TRAINING_COLOUR, "", TRAINING, [(t, v) for t, v, _ in rows if _positive(v)]),
              (HELD_OUT_COLOUR, "6 4", HELD_OUT, [(t, h) for t, _, h in rows if _positive(h)])]
    series = [entry for entry in series if entry[3]]
    values = [max(float(v or 0), FLOOR) for *_, curve in series for _, v in curve] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    if low == high:
        low -= 1
    end = max((t for t, *_ in rows), default=1.0) or 1.0
    across = scale(0, end, LEFT, WIDTH - RIGHT)
    up = scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = axes(title, "seconds of searching", f"{name} (logarithmic)",
                  [(across(v), f"{v:g}") for v in ticks(0, end)], [(up(v), power(v)) for v in decades(low, high)])
    for colour, dash, _, curve in series:
        corners: list[tuple[float, float]] = []
        for t, value in curve:
            y = up(math.log10(max(float(value or 0), FLOOR)))
            if corners:
                corners.append((across(t), corners[-1][1]))  # steps: the best value stays until it is improved
            corners.append((across(t), y))
        shapes.append(line(corners, colour=colour, width=2, dash=dash))
    shapes += legend([(part, [line([(0, 0), (26, 0)], colour=colour, width=2, dash=dash)])
                      for colour, dash, part, _ in series])
    return document(WIDTH, HEIGHT, title, f"The loss over {end:g} seconds.", shapes)


def parity_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str, unit: str = "",
               title: str = "Predicted against actual", held_out: Iterable[int] = (), tips: Sequence[str] = ()) -> str:
    """Predicted against actual values, with the diagonal of a perfect formula.

    Args:
        actual: (n,) values of the target.
        predicted: (n,) values of the formula; rows with a value that is not finite are left out and counted.
        target: name of the column.
        unit: its unit, for the axes.
        title: the heading.
        held_out: positions of the held-out rows, which get a mark of their own.
        tips: (n,) a text for every row, shown under the pointer; may be empty.
    """
    pairs = [(float(a), float(p)) for a, p in zip(actual, predicted, strict=True)]
    values = [v for a, p in pairs if math.isfinite(a) and math.isfinite(p) for v in (a, p)] or [0.0, 1.0]
    low, high = room(values)
    across, up = scale(low, high, LEFT, WIDTH - RIGHT), scale(low, high, HEIGHT - BOTTOM, TOP)
    name, marks = _named(target, unit), ticks(low, high)
    shapes = axes(title, f"actual {name}", f"predicted {name}", [(across(v), f"{v:.6g}") for v in marks],
                  [(up(v), f"{v:.6g}") for v in marks])
    shapes.append(line([(across(low), up(low)), (across(high), up(high))], colour=FAINT, dash="5 4"))
    return _with_rows(f"{title}: {target}", shapes, pairs, held_out, tips, across, up)


def _named(target: str, unit: str) -> str:
    """The target on an axis, with its unit unless the name says it."""
    return f"{target} [{unit}]" if unit and not says_unit(target, unit) else target


def front_svg(front: Sequence[Mapping[str, Any]], *, chosen: Mapping[str, Any] | None = None,
              title: str = "Accuracy against simplicity") -> str:
    """The loss on the training and held-out rows against the complexity, one point per formula, logarithmic.

    If the target is a class, the log loss is drawn.

    Args:
        front: rows of a snapshot's front.
        chosen: the row to mark.
        title: the heading.
    """
    as_class = bool(front) and all(row.get("log_loss_train") is not None for row in front)
    keys, name = ("loss", "loss_holdout"), unexplained_name(front[0] if front else {})
    if as_class:
        keys, name = ("log_loss_train", "log_loss_holdout"), "log loss"
    series = [[(float(row["complexity"]), math.log10(max(float(row[key]), FLOOR)),
                typeset_text(str(row.get("text", ""))))
               for row in front if _positive(row.get(key))] for key in keys]
    levels = [y for points in series for _, y, _ in points] or [-1.0, 0.0]
    low, high = math.floor(min(levels)), math.ceil(max(levels))
    low -= low == high
    end = max((float(row["complexity"]) for row in front), default=1.0) + 1
    across, up = scale(0, end, LEFT, WIDTH - RIGHT), scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = axes(title, "complexity (neurons and numbers)", f"{name} (logarithmic)",
                  [(across(v), f"{v:g}") for v in ticks(0, end)], [(up(v), power(v)) for v in decades(low, high)])
    for points, colour, dash in zip(series, (TRAINING_COLOUR, HELD_OUT_COLOUR), ("", "2 4"), strict=True):
        corners = [(across(x), up(y)) for x, y, _ in points]
        steps = [corner for k, (x, y) in enumerate(corners)
                 for corner in (((x, corners[k - 1][1]),) if k else ()) + ((x, y),)]
        shapes.append(line(steps, colour=colour, width=1.6, dash=dash))
    shapes += [dot(across(x), up(y), 4.5, fill=TRAINING_COLOUR, tip=tip) for x, y, tip in series[0]]
    shapes += [diamond(across(x), up(y), 5, outline=HELD_OUT_COLOUR, tip=tip) for x, y, tip in series[1]]
    if chosen is not None:
        y = math.log10(max(float(chosen[keys[0]]), FLOOR))
        shapes.append(dot(across(chosen["complexity"]), up(y), 10, fill="none", outline=HELD_OUT_COLOUR))
    shapes += _rows_legend(bool(series[1]))
    return document(WIDTH, HEIGHT, title, f"{len(front)} formulas.", shapes)


def residuals_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str, unit: str = "",
                  title: str = "Residuals", held_out: Iterable[int] = (), tips: Sequence[str] = (),
                  residuals: Iterable[float] | None = None, axis: str = "") -> str:
    """Residuals against predicted values; see `parity_svg`.

    Args:
        residuals: (n,) what is drawn; None for actual minus predicted.
        axis: what a residual is; "" for actual minus predicted, in the unit of the target.
    """
    axis = axis or "actual − predicted" + (f" [{unit}]" if unit else "")
    pairs = [(float(p), float(a) - float(p)) for a, p in zip(actual, predicted, strict=True)]
    if residuals is not None:
        pairs = [(p, float(r)) for (p, _), r in zip(pairs, residuals, strict=True)]
    shown = [pair for pair in pairs if all(map(math.isfinite, pair))] or [(0.0, 0.0)]
    (left, right), (low, high) = room([p for p, _ in shown]), room([0.0, *(r for _, r in shown)])
    across, up = scale(left, right, LEFT, WIDTH - RIGHT), scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = axes(title, f"predicted {_named(target, unit)}", axis,
                  [(across(v), f"{v:.6g}") for v in ticks(left, right)],
                  [(up(v), f"{v:.6g}") for v in ticks(low, high)])
    shapes.append(line([(LEFT, up(0)), (WIDTH - RIGHT, up(0))], colour=FAINT, dash="5 4"))
    return _with_rows(f"{title}: {target}", shapes, pairs, held_out, tips, across, up)


def probabilities_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str,
                      title: str = "Probability by class", held_out: Iterable[int] = (),
                      tips: Sequence[str] = ()) -> str:
    """The probability (n,) of every row, by class (n,), 0 or 1; see `parity_svg`."""
    # Points are spread sideways (deterministically), so that equal probabilities do not hide each other.
    pairs = [(float(a) + 0.6 * (k * 0.618034 % 1.0 - 0.5), float(p))
             for k, (a, p) in enumerate(zip(actual, predicted, strict=True))]
    across, up = scale(-0.5, 1.5, LEFT, WIDTH - RIGHT), scale(-0.04, 1.04, HEIGHT - BOTTOM, TOP)
    shapes = axes(title, f"actual {target}", "probability by the formula",
                  [(across(0), "no (0)"), (across(1), "yes (1)")], [(up(v), f"{v:.6g}") for v in ticks(0.0, 1.0)])
    shapes.append(line([(LEFT, up(0.5)), (WIDTH - RIGHT, up(0.5))], colour=FAINT, dash="5 4"))
    return _with_rows(f"{title}: {target}", shapes, pairs, held_out, tips, across, up)


def _with_rows(title: str, shapes: list[str], pairs: Sequence[tuple[float, float]], held_out: Iterable[int],
               tips: Sequence[str], across: Scale, up: Scale) -> str:
    """The chart with a point for every row; rows without a finite value are left out and counted."""
    held = set(map(int, held_out))
    shown = [k for k, pair in enumerate(pairs) if all(map(math.isfinite, pair))]
    most = MAX_POINTS_WITH_TIPS if tips else MAX_POINTS
    drawn = shown if len(shown) <= most else [shown[k * len(shown) // most] for k in range(most)]
    for k in drawn:
        (x, y), tip = pairs[k], tips[k] if tips else ""
        shapes.append(diamond(across(x), up(y), 3.6, outline=HELD_OUT_COLOUR, tip=tip) if k in held else
                      dot(across(x), up(y), 3.2, fill=TRAINING_COLOUR, opacity=0.55, tip=tip))
    left_out = len(pairs) - len(shown)
    note = f"{left_out} rows without a finite value are left out." if left_out else f"{len(shown)} rows."
    if len(drawn) < len(shown):
        note += f" {len(drawn)} of them are drawn."
    return document(WIDTH, HEIGHT, title, note, [*shapes, *_rows_legend(bool(held))])


def _rows_legend(held_out: bool) -> list[str]:
    """The legend of training and held-out rows; empty if no rows were held out."""
    entries = [(TRAINING, [dot(20, 0, 4, fill=TRAINING_COLOUR)]),
               (HELD_OUT, [diamond(20, 0, 4.5, outline=HELD_OUT_COLOUR)])]
    return legend(entries) if held_out else []


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
