"""Formulas of a sample, with constants fitted to all rows of a Parquet file that may be larger than memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.fitting.streamed_rows import StreamedRows
from xnet.engine.networks.network import Network
from xnet.errors import DataError
from xnet.tables.parquet_dataset import BATCH_ROWS, ParquetDataset


@dataclass(frozen=True)
class AllRowsFit:
    """A formula fitted to all rows.

    Attributes:
        network: the formula, with the constants of all rows.
        r2: on all rows; -inf if it has no value in some row.
        r2_before: of the formula with the constants of the sample.
    """

    network: Network
    r2: float
    r2_before: float


def fit_to_all_rows(networks: Sequence[Network], table: ParquetDataset, inputs: Sequence[str], target: str,
                    progress: Callable[[str], None] = lambda text: None,
                    batch_rows: int = BATCH_ROWS) -> tuple[int, list[AllRowsFit]]:
    """Fit the constants of formulas to all rows, by a Gauss-Newton step of passes that stream, and score them there.

    Each formula takes four passes; one batch of rows is in memory at a time. Rows with a gap are left out.

    Args:
        networks: formulas whose constants were fitted to a sample of these rows.
        table, inputs, target: the rows, and the columns of the formulas.
        progress: called with a sentence before each formula.
        batch_rows: rows of a batch.

    Returns:
        The number of rows, and a fit for each formula.

    Raises:
        TableError: a column is missing, or a file is damaged.
        DataError: the target does not vary.
    """
    rows = StreamedRows.of(lambda: table.batches([*inputs, target], batch_rows))
    if rows.scale <= 0:
        raise DataError(f"The target {target!r} has the same value in all rows of {table.name}.")
    found = []
    for k, network in enumerate(networks, start=1):
        progress(f"Fitting formula {k} of {len(networks)} to {rows.n:,} rows.")
        fitted = fitted_to_all_rows(network, rows)
        before = rows.loss(network)
        found.append(AllRowsFit(fitted, 1.0 - (before if fitted is network else rows.loss(fitted)), 1.0 - before))
    return rows.n, found
