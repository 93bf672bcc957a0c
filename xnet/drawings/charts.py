"""Charts as SVG text, in pure Python: loss over time, the front, predicted against actual values, residuals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xnet.wording.formula_words import says_unit
from xnet.wording.score_text import r2_name

from .svg import FAINT, INK, document, dot, line, text

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 86, 24, 48, 62
TRAIN, HOLDOUT = "#1d4ed8", "#b45309"
#: Smaller losses are drawn at this value, because the axis is logarithmic and double precision ends here.
FLOOR = 1e-32
Scale = Callable[[float], float]


def loss_svg(points: Sequence[Sequence[float | None]], name: str = "1 − R²", *,
             title: str = "Loss during the search") -> str:
    """The best loss over the seconds of the search, on a logarithmic axis.

    Args:
        points: rows of seconds, loss on the training rows, loss on the held-out rows (or None).
        name: the name of the loss.
        title: the heading.
    """
    rows = [(float(p[0] or 0), p[1], p[2] if len(p) > 2 else None) for p in points]
    series = [(TRAIN, "", "training rows", [(t, v) for t, v, _ in rows if _positive(v)]),
              (HOLDOUT, "6 4", "held-out rows", [(t, h) for t, _, h in rows if _positive(h)])]
    series = [entry for entry in series if entry[3]]
    values = [max(float(v or 0), FLOOR) for *_, curve in series for _, v in curve] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    if low == high:
        low -= 1
    end = max((t for t, *_ in rows), default=1.0) or 1.0
    across = _scale(0, end, LEFT, WIDTH - RIGHT)
    up = _scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = _axes(title, "seconds of searching", f"{name} (logarithmic)",
                   [(across(v), f"{v:g}") for v in ticks(0, end)],
                   [(up(v), f"1e{v}" if v else "1") for v in _decades(low, high)])
    for place, (colour, dash, part, curve) in enumerate(series):
        corners: list[tuple[float, float]] = []
        for t, value in curve:
            y = up(math.log10(max(float(value or 0), FLOOR)))
            if corners:
                corners.append((across(t), corners[-1][1]))  # steps: the best value stays until it is improved
            corners.append((across(t), y))
        shapes.append(line(corners, colour=colour, width=2, dash=dash))
        key = WIDTH - RIGHT - 130 * (len(series) - place)
        shapes += [line([(key, TOP / 2), (key + 26, TOP / 2)], colour=colour, width=2, dash=dash),
                   text(key + 32, TOP / 2, part, anchor="start", size=12)]
    return document(WIDTH, HEIGHT, title, f"The loss over {end:g} seconds.", shapes)


def parity_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str, unit: str = "",
               title: str = "Predicted against actual") -> str:
    """Predicted against actual values, with the diagonal of a perfect formula.

    Args:
        actual: (n,) values of the target.
        predicted: (n,) values of the formula; rows with a value that is not finite are left out and counted.
        target: name of the column.
        unit: its unit, for the axes.
        title: the heading.
    """
    pairs = [(float(a), float(p)) for a, p in zip(actual, predicted, strict=True)]
    shown = [(a, p) for a, p in pairs if math.isfinite(a) and math.isfinite(p)]
    values = [v for pair in shown for v in pair] or [0.0, 1.0]
    low, high = _room(values)
    across, up = _scale(low, high, LEFT, WIDTH - RIGHT), _scale(low, high, HEIGHT - BOTTOM, TOP)
    name = f"{target} [{unit}]" if unit and not says_unit(target, unit) else target
    marks = ticks(low, high)
    shapes = _axes(title, f"actual {name}", f"predicted {name}", [(across(v), f"{v:.6g}") for v in marks],
                   [(up(v), f"{v:.6g}") for v in marks])
    shapes.append(line([(across(low), up(low)), (across(high), up(high))], colour=FAINT, dash="5 4"))
    shapes += [dot(across(a), up(p), 3.2, fill=TRAIN, opacity=0.55) for a, p in shown]
    left_out = len(pairs) - len(shown)
    note = f"{left_out} rows without a finite value are left out." if left_out else f"{len(shown)} rows."
    return document(WIDTH, HEIGHT, f"{title}: {target}", note, shapes)


def front_svg(front: Sequence[Mapping[str, Any]], *, chosen: Mapping[str, Any] | None = None,
              title: str = "Accuracy against simplicity") -> str:
    """The loss on the training rows against the complexity, one point per formula, on a logarithmic axis.

    If the target is a class, the log loss is drawn.

    Args:
        front: rows of a snapshot's front.
        chosen: the row to mark.
        title: the heading.
    """
    as_class = bool(front) and all(row.get("log_loss_train") is not None for row in front)
    loss, name = ("loss", f"1 − {r2_name(front[0] if front else {})[1]}")
    if as_class:
        loss, name = "log_loss_train", "log loss"
    points = [(float(row["complexity"]), math.log10(max(float(row[loss]), FLOOR))) for row in front]
    low, high = (math.floor(min(y for _, y in points)), math.ceil(max(y for _, y in points))) if points else (-1, 0)
    low -= low == high
    end = max((x for x, _ in points), default=1.0) + 1
    across, up = _scale(0, end, LEFT, WIDTH - RIGHT), _scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = _axes(title, "complexity (neurons and numbers)", f"{name} (logarithmic)",
                   [(across(v), f"{v:g}") for v in ticks(0, end)],
                   [(up(v), f"1e{v}" if v else "1") for v in _decades(low, high)])
    shapes.append(line([(across(x), up(y)) for x, y in points], colour=FAINT, dash="5 4"))
    shapes += [dot(across(x), up(y), 5, fill=TRAIN) for x, y in points]
    if chosen is not None:
        y = math.log10(max(float(chosen[loss]), FLOOR))
        shapes.append(dot(across(chosen["complexity"]), up(y), 10, fill=HOLDOUT, outline=HOLDOUT, opacity=0.35))
    return document(WIDTH, HEIGHT, title, f"{len(points)} formulas.", shapes)


def residuals_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str,
                  title: str = "Residuals") -> str:
    """Residuals (actual minus predicted) against predicted values; rows that are not finite are left out."""
    shown = [(float(p), float(a) - float(p)) for a, p in zip(actual, predicted, strict=True)
             if math.isfinite(a) and math.isfinite(p)] or [(0.0, 0.0)]
    (left, right), (low, high) = _room([p for p, _ in shown]), _room([0.0, *(r for _, r in shown)])
    across, up = _scale(left, right, LEFT, WIDTH - RIGHT), _scale(low, high, HEIGHT - BOTTOM, TOP)
    shapes = _axes(title, f"predicted {target}", "actual − predicted",
                   [(across(v), f"{v:.6g}") for v in ticks(left, right)],
                   [(up(v), f"{v:.6g}") for v in ticks(low, high)])
    shapes.append(line([(LEFT, up(0)), (WIDTH - RIGHT, up(0))], colour=FAINT, dash="5 4"))
    shapes += [dot(across(p), up(r), 3.2, fill=TRAIN, opacity=0.55) for p, r in shown]
    return document(WIDTH, HEIGHT, f"{title}: {target}", f"{len(shown)} rows.", shapes)


def probabilities_svg(actual: Iterable[float], predicted: Iterable[float], *, target: str,
                      title: str = "Probability by class") -> str:
    """The probability of every row, by class; rows without a finite value are left out and counted.

    Args:
        actual: (n,) the target, 0 or 1.
        predicted: (n,) probabilities.
        target: name of the column.
        title: the heading.
    """
    pairs = [(float(a), float(p)) for a, p in zip(actual, predicted, strict=True)]
    shown = [(a, p) for a, p in pairs if math.isfinite(p)]
    across, up = _scale(-0.5, 1.5, LEFT, WIDTH - RIGHT), _scale(-0.04, 1.04, HEIGHT - BOTTOM, TOP)
    shapes = _axes(title, f"actual {target}", "probability by the formula",
                   [(across(0), "no (0)"), (across(1), "yes (1)")], [(up(v), f"{v:.6g}") for v in ticks(0.0, 1.0)])
    shapes.append(line([(LEFT, up(0.5)), (WIDTH - RIGHT, up(0.5))], colour=FAINT, dash="5 4"))
    # Points are spread sideways (deterministically), so that equal probabilities do not hide each other.
    shapes += [dot(across(a + 0.6 * (k * 0.618034 % 1.0 - 0.5)), up(p), 3.2, fill=TRAIN, opacity=0.55)
               for k, (a, p) in enumerate(shown)]
    left_out = len(pairs) - len(shown)
    note = f"{left_out} rows without a finite value are left out." if left_out else f"{len(shown)} rows."
    return document(WIDTH, HEIGHT, f"{title}: {target}", note, shapes)


def _room(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis with a small margin around the values."""
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round numbers between low and high, about `about` of them."""
    step = 10.0 ** math.floor(math.log10((high - low) / about))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12 - math.floor(math.log10(step))) for k in range(first, last + 1)]


def _decades(low: int, high: int) -> list[int]:
    step = max(1, -(-(high - low) // 8))
    return list(range(low, high + 1, step))


def _positive(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value >= 0


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _axes(title: str, below: str, beside: str, across: Sequence[tuple[float, str]],
          up: Sequence[tuple[float, str]]) -> list[str]:
    """Heading, grid, numbers and names of the axes."""
    shapes = [text(LEFT, TOP / 2, title, size=16, anchor="start", weight="bold")]
    for x, label in across:
        shapes += [line([(x, TOP), (x, HEIGHT - BOTTOM)], colour="#e5e7eb"),
                   text(x, HEIGHT - BOTTOM + 16, label, size=12)]
    for y, label in up:
        shapes += [line([(LEFT, y), (WIDTH - RIGHT, y)], colour="#e5e7eb"),
                   text(LEFT - 8, y, label, size=12, anchor="end")]
    shapes.append(line([(LEFT, TOP), (LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], colour=INK))
    shapes += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, below),
               text(18, (TOP + HEIGHT - BOTTOM) / 2, beside, turn=-90)]
    return shapes
