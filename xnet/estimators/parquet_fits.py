"""Estimators that are fitted to Parquet files larger than memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from xnet.evidence.all_rows_fit import fit_to_all_rows
from xnet.tables.parquet_dataset import ParquetDataset

from .fitted_front import FittedFront

if TYPE_CHECKING:
    import pandas as pd


class ParquetFits(FittedFront):
    """A base class of estimators with `fit_parquet`."""

    loss: str
    template: str | None
    fit: Callable[..., Any]

    def fit_parquet(self, path: str | Path, target: str, inputs: Sequence[str] | None = None, *,
                    sample_rows: int | None = None, progress: Callable[[str], None] = lambda text: None) -> Self:
        """Search in a sample of a Parquet file or folder, then fit the constants of the front to all of its rows.

        One batch of rows is in memory at a time. Rows with a gap in a used column are left out. `front_`, `constants_`
        and `parameters_` keep the scores and errors of the sample; `all_rows_` has the scores of all rows.

        Args:
            path: a Parquet file, or a folder of them, which may be larger than memory.
            target: name of the column to explain.
            inputs: names of the inputs; None for all other columns of numbers.
            sample_rows: the most rows to search; None for as many as a table of the app may have.
            progress: called with a sentence before each formula is fitted to all rows.

        Raises:
            TableError: the file cannot be read, or lacks a column.
            ValueError: the loss is not "squared_error", there is a template, or as `fit`.
        """
        if self.template is not None:
            raise ValueError("fit_parquet cannot fit the parts of a template. Leave the template out, or use fit on a "
                             "sample of the rows.")
        if self.loss != "squared_error":
            raise ValueError(f"loss is {self.loss!r}; fit_parquet fits constants by squared error only.")
        table = ParquetDataset(Path(path))
        names = [name for name in table.columns if name != target] if inputs is None else list(inputs)
        table.check_columns([*names, target])
        rows = table.sample(sample_rows)[[*names, target]].dropna()
        self.fit(rows[names], rows[target])
        chosen = self._entries.index(self._chosen)
        _, fits = fit_to_all_rows([entry.network for entry in self._entries], table, names, target, progress)
        self._entries = [replace(entry, network=fit.network) for entry, fit in zip(self._entries, fits, strict=True)]
        self._all_rows = self._entries, fits
        self._has_final_constants = True  # of all rows of the file; `select` must not fit them to the sample
        self._take(self._entries[chosen], refit=False)
        return self

    @property
    def all_rows_(self) -> pd.DataFrame:
        """After `fit_parquet`: the front with R² on all rows, and R² of the constants of the sample.

        Raises:
            AttributeError: the last fit was not `fit_parquet`.
        """
        entries, fits = getattr(self, "_all_rows", (None, []))
        if entries is None or entries is not self._entries:
            raise AttributeError("all_rows_ belongs to fit_parquet, and the last fit was another one.")
        return self.front_[["complexity", "formula"]].assign(
            r2=[fit.r2 for fit in fits], r2_of_sample_constants=[fit.r2_before for fit in fits])
