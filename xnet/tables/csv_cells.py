"""Cells of a CSV file that a spreadsheet does not take for a formula."""

from __future__ import annotations


def harmless_cell(name: str) -> str:
    """A text cell that a spreadsheet will not take for a formula of its own."""
    return "'" + name if name.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) else name
