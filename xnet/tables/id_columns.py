"""The column that names the rows of a table: a country, a sample, a date, each in one row only."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from .numbers import has_no_label

_NAMED = re.compile(
    r"(?:.*[ _.-])?(?:ids?|names?|code|key|labels?|title|country|nation|city|town|state|province|region|county|station|"
    r"site|samples?|subject|patient|participant|person|student|species|element|compound|substance|material|molecule|"
    r"planet|moon|star|object|galaxy|run|trial|experiment|specimen|device|model|make|car|brand|product|item|company|team|"
    r"player|gene|protein|date|day|datetime|timestamp|time|land|stadt|ort|probe|datum|datei|file|bezeichnung|kennung|"
    r"pays|ville|nom|nombre|fecha)(?:[ _.-]?(?:id|name|code|no|nr|number))?", re.IGNORECASE)
#: Longer texts are remarks, not names.
_LONGEST = 60


def may_name_rows(table: pd.DataFrame, column: str) -> bool:
    """Whether a column can name the rows: short text or whole numbers, different in every row."""
    cells = table[column]
    if pd.api.types.is_numeric_dtype(cells):
        return bool(pd.api.types.is_integer_dtype(cells) and cells.is_unique)
    texts = [str(cell) for cell in cells]
    return len(set(texts)) == len(texts) and not any(map(has_no_label, texts)) and max(map(len, texts)) <= _LONGEST


def id_column(table: pd.DataFrame, used: Collection[str] = ()) -> str | None:
    """The first column that names the rows and is called as such columns are; None if there is none.

    Args:
        table: the table.
        used: columns of the search, which stand beside the rows anyway.
    """
    if len(table) < 2:
        return None
    return next((str(c) for c in table.columns if str(c) not in used and _NAMED.fullmatch(str(c).strip())
                 and may_name_rows(table, c)), None)
