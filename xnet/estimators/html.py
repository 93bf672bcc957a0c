"""A fitted estimator in a notebook: its typeset formula and its front as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Scores of the front are shown with this many digits.
_DIGITS = 4


def front_html(latex: str, front: pd.DataFrame, formula: str) -> str:
    """The formula (LaTeX, which notebooks typeset) over a table of the front; the row of the formula is bold."""
    names = [column for column in front.columns if front[column].notna().any()]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    rows = []
    for _, row in front.iterrows():
        weight = "bold" if row["formula"] == formula else "normal"
        cells = "".join(f'<td style="text-align: left">{escape(_text(row[name]))}</td>' for name in names)
        rows.append(f'<tr style="font-weight: {weight}">{cells}</tr>')
    return (f"<div>$${escape(latex)}$$</div><table><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>")


def _text(value: object) -> str:
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
