"""From a Parquet file to columns, in batches of rows: numbers as arrays, everything else as text cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from xnet.name_lists import quoted_names

from . import limits as caps
from .cells import cell_text
from .limits import TableError


def is_parquet(data: bytes) -> bool:
    """Whether the file begins with the magic bytes of Parquet."""
    return data.startswith(b"PAR1")


def read_parquet(data: bytes, name: str, notes: list[str],
                 min_columns: int = 2) -> tuple[list[str], list[np.ndarray | list[str]]]:
    """Read the columns of a Parquet file.

    Args:
        data: the content of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.
        min_columns: the fewest columns that are accepted.

    Returns:
        Names and columns: (n,) float64 arrays for numbers, lists of n text cells for everything else.

    Raises:
        TableError: the file is damaged, too large when unpacked, or has too few columns of single values.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        # A few bytes can say that a million rows hold the same long text, so texts stay in their dictionaries.
        file = parquet.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        groups = [file.metadata.row_group(k) for k in range(file.metadata.num_row_groups)]
        unpacked, rows = sum(group.total_byte_size for group in groups), file.metadata.num_rows
        if unpacked > 10 * caps.MAX_UNPACKED or rows > 100 * caps.MAX_ROWS:
            raise TableError(f"{name} holds {rows:,} rows and {unpacked / 2**20:,.0f} MB when unpacked, which is "
                             "too large: keep fewer rows.")
        schema = [field for field in file.schema_arrow if not field.name.startswith("__index_level_")]
        nested = [field.name for field in schema if not _is_single(field.type)]
        fields = [field for field in schema if _is_single(field.type)]
        if nested:
            notes.append(f"Columns left out, because they hold lists, records or bytes: {quoted_names(nested)}.")
        caps.note_columns(len(fields), notes)
        fields = fields[:caps.MAX_COLUMNS]
        if len(fields) < min_columns or not rows:
            raise TableError(f"{name} has {rows:,} rows and {len(fields)} columns of single values: a table needs at "
                             "least two columns and a few rows.")
        step = caps.row_step(rows, len(fields))
        caps.note_rows(rows, step, notes)
        if any(pa.types.is_boolean(field.type) for field in fields):
            notes.append("true and false became 1 and 0.")
        durations = [field.name for field in fields if pa.types.is_duration(field.type)]
        if durations:
            notes.append(f"Durations became seconds: {quoted_names(durations)}.")
        names = [field.name for field in fields]
        if len(set(names)) < len(names):
            raise TableError(f"{name} has two columns with the same name: rename one of them.")
        parts = list(_batches(file, names, step))
        return names, [_joined([part[k] for part in parts]) for k in range(len(names))]
    except TableError:
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError, MemoryError) as error:
        raise TableError(f"{name} is a damaged Parquet file ({type(error).__name__}): write it again, or give the "
                         "table as CSV.") from error


def _is_single(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return any(test(kind) for test in (
        types.is_integer, types.is_floating, types.is_boolean, types.is_decimal, types.is_string, types.is_large_string,
        types.is_date, types.is_timestamp, types.is_time, types.is_duration, types.is_null))


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _batches(file: Any, names: list[str], step: int) -> Iterator[list[np.ndarray | list[str]]]:
    """The columns of every `step`-th row, batch by batch."""
    skip = 0
    for batch in file.iter_batches(batch_size=20_000, columns=names, use_threads=False):
        kept = batch.take(np.arange(skip, batch.num_rows, step)) if step > 1 else batch
        skip = (skip - batch.num_rows) % step
        yield [_cells(kept.column(k)) for k in range(len(names))]


def _cells(column: Any) -> np.ndarray | list[str]:
    import pyarrow as pa
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind) and _is_text(kind.value_type):
        cells = [cell_text(value) for value in column.dictionary.to_pylist()]
        return ["" if k is None else cells[k] for k in column.indices.to_pylist()]
    if types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if types.is_decimal(kind) or types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind):
        values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.asarray(values, dtype=np.float64)
    if types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return [cell_text(value) for value in column.to_pylist()]


def _joined(parts: Sequence[np.ndarray | list[str]]) -> np.ndarray | list[str]:
    if all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return [cell for part in parts for cell in part]
