"""Parquet files and folders of them that may be larger than memory: read in batches of rows, again for each pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.name_lists import abbreviated_list

from . import limits as caps
from .limits import TableError

#: Rows of a batch: 65,536 rows of ten columns take 5 MB.
BATCH_ROWS = 65_536


class ParquetDataset:
    """The columns of numbers of a Parquet file, or of all Parquet files in a folder and its subfolders.

    Args:
        path: the file or folder.

    Attributes:
        name: name of the file or folder.
        columns: names of the columns of numbers, in the order of the file.
        n_rows: rows of all files together, from their footers.

    Raises:
        TableError: there is no such file, it is no Parquet, or it has fewer than two columns of numbers.
    """

    def __init__(self, path: Path) -> None:
        from pyarrow import ArrowException, dataset, types

        self.name = path.name
        if not path.exists():
            raise TableError(f"There is no file or folder {str(path)!r}: check the path.")
        try:
            self._dataset = dataset.dataset(path, format="parquet")
            self.n_rows = int(self._dataset.count_rows())
        except (ArrowException, OSError, ValueError) as error:
            raise TableError(f"{path.name} is no Parquet file and no folder of Parquet files "
                             f"({type(error).__name__}): write it again.") from error
        kinds = (types.is_integer, types.is_floating, types.is_decimal, types.is_boolean)
        self.columns = [field.name for field in self._dataset.schema if any(is_kind(field.type) for is_kind in kinds)]
        if len(self.columns) < 2 or not self.n_rows:
            raise TableError(f"{path.name} has {self.n_rows:,} rows and {len(self.columns)} columns of numbers: a "
                             "search needs at least two columns and a few rows.")

    def check_columns(self, columns: Sequence[str]) -> None:
        """Raise a `TableError` where one of the columns is missing, or holds no numbers."""
        if missing := [name for name in columns if name not in self.columns]:
            raise TableError(f"{self.name} has no column of numbers {missing[0]!r}. It has "
                             f"{abbreviated_list(self.columns)}.")

    def batches(self, columns: Sequence[str], rows: int = BATCH_ROWS) -> Iterator[Array]:
        """The rows with a finite number in each of the columns, as arrays (d, k) with k <= `rows`.

        Raises:
            TableError: a column is missing, or a file is damaged or changed.
        """
        from pyarrow import ArrowException, float64

        self.check_columns(columns)
        try:
            for batch in self._dataset.to_batches(columns=list(columns), batch_size=rows, batch_readahead=1,
                                                  fragment_readahead=1, use_threads=False):
                values = np.array([self._numbers(batch.column(name), float64()) for name in columns])
                yield values[:, np.isfinite(values).all(axis=0)]
        except (ArrowException, OSError) as error:
            raise TableError(f"{self.name} is a damaged Parquet file ({type(error).__name__}): write it again."
                             ) from error

    @staticmethod
    def _numbers(column: Any, kind: Any) -> Array:
        return np.asarray(column.cast(kind, safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)

    def sample(self, most: int | None = None, progress: Callable[[int], None] = lambda done: None) -> pd.DataFrame:
        """Every k-th row, so that there are at most `most` of them, with its gaps.

        Args:
            most: rows; None takes as many as a table may have.
            progress: called with the number of rows read so far.
        """
        step = caps.row_step(self.n_rows, len(self.columns)) if most is None else -(-self.n_rows // most)
        from pyarrow import float64

        parts, done = [], 0
        for batch in self._dataset.to_batches(columns=self.columns, batch_size=BATCH_ROWS, batch_readahead=1,
                                              fragment_readahead=1, use_threads=False):
            kept = batch.take(np.arange(-done % step, batch.num_rows, step))
            parts.append([self._numbers(kept.column(name), float64()) for name in self.columns])
            done += batch.num_rows
            progress(done)
        return pd.DataFrame({name: np.concatenate([part[k] for part in parts]) for k, name in enumerate(self.columns)})
