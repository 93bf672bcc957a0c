"""Text cells for CSV files, protected against being run as spreadsheet formulas."""

from __future__ import annotations


def harmless_cell(text: str) -> str:
    """A text cell; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) else text
