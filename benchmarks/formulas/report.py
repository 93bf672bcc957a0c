"""Rows of the measurement as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .measurement import Row


def line(row: Row) -> str:
    """One row as a line of text."""
    if row.failure:
        return f"{row.name:<12} {row.system:<8} failed: {row.failure}"
    mark = "compact" if row.compact else "exact" if row.exact else "recovered" if row.recovered else "-"
    star = "*" if row.counted == "own nodes" else " "
    return (f"{row.name:<12} {row.system:<8} {mark:<9} {'structure' if row.structure else '':<9} {row.seconds:6.2f} s  "
            f"complexity {row.complexity:3d}{star}(truth {row.truth_complexity:3d})  parameters {row.parameters:2d}  "
            f"R2 {row.r2:.8f}  {row.formula[:70]}")


def closing(rows: Sequence[Row]) -> str:
    """The closing lines: for every system, one line for each family, and one for all families if there are several."""
    lines = []
    for system in dict.fromkeys(row.system for row in rows):
        mine = [row for row in rows if row.system == system]
        families = list(dict.fromkeys(row.family for row in mine))
        for family in families:
            lines.append(_summary(system, family, [row for row in mine if row.family == family]))
        if len(families) > 1:
            lines.append(_summary(system, "all", mine))
    return "\n".join(lines)


def _summary(system: str, family: str, rows: Sequence[Row]) -> str:
    n, done = len(rows), [row for row in rows if not row.failure]
    seconds = np.array([row.seconds for row in rows])
    text = (f"{system} {family}: {sum(r.exact for r in rows)} of {n} exact, {sum(r.compact for r in rows)} compact, "
            f"{sum(r.recovered for r in rows)} recovered, {sum(r.structure for r in rows)} with the true structure "
            f"({sum(r.same_shape for r in rows)} in the same shape), "
            f"{sum(r.exact and r.relative for r in rows)} exact also by relative error; seconds: mean "
            f"{seconds.mean():.2f}, longest {seconds.max():.2f}; mean R2 {np.mean([max(r.r2, 0.0) for r in rows]):.6f}")
    if done:
        parameters, size, truth = np.mean([(r.parameters, r.complexity, r.truth_complexity) for r in done], axis=0)
        text += f"; mean parameters {parameters:.1f}, mean complexity {size:.1f} (truth {truth:.1f})"
    return text + (f"; {n - len(done)} failed" if len(done) < n else "")
