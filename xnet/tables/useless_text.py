"""Why a column of text is no target and no input: it is empty, does not vary, or its texts do not repeat."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from .columns import MOST_LABELS, kind_of
from .numbers import has_no_label

#: The most characters of a text that are quoted.
_QUOTED = 40
#: The most columns that are named.
_NAMED = 2


def useless_text_sentences(frame: pd.DataFrame) -> str:
    """Why the first columns of a table that are no numbers, dates or labels cannot be used; "" without one."""
    found = [_sentence(name, frame[name]) for name in map(str, frame.columns)
             if kind_of(frame[name]) in ("text", "empty")]
    return " ".join(found[:_NAMED])


def note_label_gaps(frame: pd.DataFrame, notes: list[str]) -> None:
    """Report columns of labels with gaps below each label, as tables are typed whose label holds for several rows."""
    for name in map(str, frame.columns):
        if pd.api.types.is_numeric_dtype(frame[name]):
            continue
        cells = list(map(str, frame[name]))
        gaps = sum(map(has_no_label, cells))
        labels = len(cells) - gaps
        below = not has_no_label(cells[0]) and has_no_label(cells[-1])
        if 1 < labels <= gaps and below and len(set(cells)) == labels + 1:
            notes.append(f"{name!r}: {gaps:,} cells are empty below {labels:,} labels. If a label holds for the rows "
                         "below it too, write it into each of them.")


def _sentence(name: str, cells: pd.Series) -> str:
    counts = Counter(cell for cell in map(str, cells) if not has_no_label(cell))
    rows = counts.total()
    if not rows:
        return f"{name!r} is empty."
    if len(counts) == 1:
        return f"{name!r} has the same text in all rows, {next(iter(counts))[:_QUOTED]!r}: a target or an input varies."
    if len(counts) == rows:
        return (f"{name!r} has a different text in every row, such as {next(iter(counts))[:_QUOTED]!r}: classes of a "
                "target and texts of an input have to repeat.")
    if len(counts) > MOST_LABELS:
        return (f"{name!r} has {len(counts):,} different texts: at most {MOST_LABELS} can be classes of a target or "
                "texts of an input.")
    return (f"{name!r} has {len(counts)} different texts in {rows} rows: classes of a target and texts of an input "
            "need two rows each on average.")
