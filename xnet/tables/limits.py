"""How much of a table is read, and the sentences for what is left out."""

from __future__ import annotations

from xnet.errors import DataError

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 10_000_000
#: Files in a compressed form may hold so much more than they weigh; beyond this they are not unpacked.
MAX_UNPACKED = 100 * 2**20
#: Cells longer than this are no numbers and no labels.
MAX_CELL = 1000


class TableError(DataError):
    """A table cannot be read or used; the message says what came, what was expected and what to do."""


def row_step(rows: int, columns: int) -> int:
    """Every how manieth row is kept, so that a table is no larger than what is read."""
    most = max(1, min(MAX_ROWS, MAX_CELLS // max(1, columns)))
    return -(-rows // most)


def note_rows(rows: int, step: int, notes: list[str]) -> None:
    """Note that only every `step`-th row was kept; rows far apart say more than the first ones do."""
    if step > 1:
        nth = {2: "second", 3: "third"}.get(step, f"{step}th")
        notes.append(f"The file has {rows:,} rows; every {nth} one was kept, {-(-rows // step):,} in all.")


def note_columns(columns: int, notes: list[str]) -> None:
    """Note that only the first columns were kept."""
    if columns > MAX_COLUMNS:
        notes.append(f"The file has {columns:,} columns; the first {MAX_COLUMNS} were kept.")
