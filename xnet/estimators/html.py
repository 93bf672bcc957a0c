"""A fitted estimator in a notebook: its typeset formula and its front as HTML."""

from __future__ import annotations

from collections.abc import Container, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Scores of the front are shown with this many digits.
_DIGITS = 4


def front_html(formulas: Sequence[tuple[str, str]], front: pd.DataFrame, chosen: Container[str]) -> str:
    """Formulas over a table of the front; the rows of chosen formulas are bold.

    Args:
        formulas: what stands before each formula, and its LaTeX, which notebooks typeset.
        front: the table.
        chosen: the chosen formulas as text.
    """
    names = [column for column in front.columns if front[column].notna().any()]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    rows = []
    for _, row in front.iterrows():
        weight = "bold" if row["formula"] in chosen else "normal"
        cells = "".join(f'<td style="text-align: left">{escape(_text(row[name]))}</td>' for name in names)
        rows.append(f'<tr style="font-weight: {weight}">{cells}</tr>')
    typeset = "".join(f"<div>{escape(name)}$${escape(latex)}$$</div>" for name, latex in formulas)
    return (f"{typeset}<table><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>")


def _text(value: object) -> str:
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
