"""Numbers that are codes and no quantities: zip codes with zeros in front, 5E1, identifiers of more than 15 digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from .numbers import is_missing


def note_codes(name: str, cells: Sequence[str] | np.ndarray, notes: list[str]) -> None:
    """Report numbers such as 01230, 5E1 and those of more than 15 digits, which are codes and no quantities."""
    if isinstance(cells, np.ndarray):
        return
    long = next((cell for cell in cells if len(cell) > 15 and cell.isdecimal() and int(float(cell)) != int(cell)), "")
    if long:
        notes.append(f"{name!r}: numbers of more than 15 digits, such as {long[:30]!r}, were rounded.")
    if len(cells) > 1 and all(re.fullmatch(r"\d{1,2}E\d{1,2}", cell) for cell in cells):
        notes.append(f"{name!r}: {cells[0]!r} and the like were read as powers of ten. If they are codes, they are no "
                     "input.")
    codes = [cell for cell in cells if cell[:1] == "0" and len(cell) > 3 and cell.isdecimal()]
    if codes and all(cell.isdecimal() and len(cell) == len(codes[0]) for cell in cells if not is_missing(cell)):
        notes.append(f"{name!r}: {codes[0]!r} and the like were read as numbers, without the zeros in front. If they "
                     "are codes, they are no input.")
