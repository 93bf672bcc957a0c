"""Rows of the comparison with MLPs as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .ladder import STRICT_CAP, USUAL, Row, layers_text


def line(row: Row) -> str:
    """One row as a line of text."""
    mark, strict_mark = ("" if row.reached else "<"), ("" if row.strict_reached else "<")
    return (f"{row.name:<22} R2 {row.xnet_r2:.6f}  parameters {row.xnet_parameters:4.1f}  complexity "
            f"{row.xnet_complexity:4.1f}  MLP {row.mlp_layers:<12} {row.mlp_parameters:5d} (R2 {row.mlp_r2:.6f})  "
            f"ratio {mark}{row.ratio:.2%}  honest {mark}{row.honest_ratio:.2%}  at {STRICT_CAP}: {row.strict_layers} "
            f"{strict_mark}{row.strict_ratio:.2%}")


def closing(rows: Sequence[Row]) -> str:
    """The closing lines: means of each family, and of all if there are several."""
    families = list(dict.fromkeys(row.family for row in rows))
    groups = [(f, [r for r in rows if r.family == f]) for f in families]
    if len(groups) > 1:
        groups.append(("all", list(rows)))
    lines = []
    for name, some in groups:
        ratio, honest, strict, usual = np.mean([(r.ratio, r.honest_ratio, r.strict_ratio, r.usual_ratio) for r in some],
                                               axis=0)
        free, reached = sum(r.xnet_parameters == 0 for r in some), [r.ratio for r in some if r.reached]
        alone = f" (mean ratio over them {np.mean(reached):.2%})" if reached else ""
        lines.append(f"{name}: mean ratio {ratio:.2%} (every neuron and constant counted {honest:.2%}), at "
                     f"{STRICT_CAP} {strict:.2%}, to an MLP of {layers_text(USUAL)} {usual:.2%}; of "
                     f"{len(some)}, {free} with no fitted constant, {len(reached)} where an MLP "
                     f"reached the goal{alone}")
    return "\n".join(lines)
