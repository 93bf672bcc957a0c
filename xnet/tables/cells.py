"""Typed cells (of workbooks, Parquet and JSON) as text, so that all formats share the steps from text to columns."""

from __future__ import annotations

import datetime
import math
from typing import Any

from . import limits as caps
from .numbers import unambiguous_text

#: Characters that nobody sees: they come with text from web pages and dates from Windows.
INVISIBLE = dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF))


def cell_text(value: Any) -> str:
    """A cell as text that reads back as the same value: "" if missing, 1 and 0 for true and false, ISO dates."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return unambiguous_text(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, datetime.timedelta):
        return unambiguous_text(value.total_seconds())
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    text = str(value)
    return caps.short_cell((text if text.isascii() else text.translate(INVISIBLE)).strip())
