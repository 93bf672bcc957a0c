"""Parquet files and folders larger than memory: a sample is searched, all rows are fitted and scored in batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from xnet.cli.main import main
from xnet.engine.fitting.streamed_rows import StreamedRows
from xnet.engine.formulas.parser import read_formula
from xnet.errors import DataError
from xnet.evidence.all_rows_fit import fit_to_all_rows
from xnet.tables import limits
from xnet.tables.limits import TableError
from xnet.tables.parquet_dataset import ParquetDataset

ROWS, PARTS = 6000, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files of one table: y = 3 a b + 2 with noise, a gap in every hundredth row, and a column of text."""
    root, rng = tmp_path_factory.mktemp("large"), np.random.default_rng(0)
    a, b = rng.uniform(0.5, 3, (2, ROWS))
    y = 3 * a * b + 2 + rng.normal(0, 0.1, ROWS)
    y[::100] = np.nan
    table = pa.table({"a": a, "b": b, "y": pa.array(y, from_pandas=True), "n": np.arange(ROWS), "t": ["x"] * ROWS})
    for k in range(PARTS):
        parquet.write_table(table.slice(k * ROWS // PARTS, ROWS // PARTS), root / f"part{k}.parquet")
    return root


def whole(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    frame = parquet.read_table(folder).to_pandas().dropna()
    return frame[["a", "b"]].to_numpy(), frame["y"].to_numpy()


def test_all_rows_come_once_in_batches_without_those_with_gaps(folder: Path) -> None:
    table = ParquetDataset(folder)
    assert (table.n_rows, table.columns) == (ROWS, ["a", "b", "y", "n"])
    blocks = list(table.batches(["n", "y"], rows=500))
    assert max(block.shape[1] for block in blocks) <= 500
    numbers = np.concatenate([block[0] for block in blocks])
    assert numbers.tolist() == [k for k in range(ROWS) if k % 100]


@pytest.mark.parametrize("most", [1, 7, 1000, ROWS, 10 * ROWS])
def test_a_sample_takes_every_kth_row_of_all_files(most: int, folder: Path) -> None:
    seen: list[int] = []
    sample = ParquetDataset(folder).sample(most, seen.append)
    step = -(-ROWS // most)
    assert sample["n"].tolist() == list(range(0, ROWS, step))
    assert seen[-1] == ROWS


def test_constants_and_scores_are_those_of_all_rows_at_once(folder: Path) -> None:
    X, y = whole(folder)
    A = np.column_stack([X[:, 0] * X[:, 1], np.ones(len(y))])
    best = np.linalg.lstsq(A, y, rcond=None)[0]
    r2 = 1 - np.mean((A @ best - y) ** 2) / np.var(y)
    said: list[str] = []
    near = read_formula("2.9*a*b + 2.2", ["a", "b"])
    formulas = [near, read_formula("2.5", ["a", "b"])]
    n, [fit, constant] = fit_to_all_rows(formulas, ParquetDataset(folder), ["a", "b"], "y", said.append, batch_rows=700)
    assert n == len(y)
    assert fit.r2 == pytest.approx(r2, abs=1e-5)
    assert fit.r2_before == pytest.approx(1 - np.mean((near.evaluate(X) - y) ** 2) / np.var(y))
    assert fit.r2 > fit.r2_before
    assert constant.r2 == pytest.approx(0.0, abs=1e-3)
    assert said == [f"Fitting formula {k} of 2 to {len(y):,} rows." for k in (1, 2)]


def test_the_variance_of_blocks_is_that_of_the_rows() -> None:
    y = np.random.default_rng(1).normal(1e6, 1.0, 1000)
    parts = [y[None, :3], y[None, 3:3], y[None, 3:500], y[None, 500:]]
    rows = StreamedRows.of(lambda: iter(parts))
    assert rows.n == 1000
    assert rows.scale == pytest.approx(np.var(y), rel=1e-9)


@pytest.mark.slow
def test_the_command_line_searches_a_sample_and_scores_all_rows(folder: Path, tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 600)
    out = tmp_path / "out"
    assert main(["discover", str(folder), "--all-rows", "--target", "y", "--inputs", "a,b", "--steps", "2", "--json",
                 "--out", str(out)]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert result["rows"] == ROWS - ROWS // 100
    assert result["sampled_rows"] <= 600
    assert result["r2"] > 0.999
    assert json.loads((out / "all_rows.json").read_text("utf-8")) == result
    assert "6,000 rows; 600 of them are read for the search" in said.err
    assert "Fitting formula 1 of" in said.err


@pytest.mark.parametrize(("arguments", "says"), [
    (["{folder}", "--target", "y"], "is a folder"), (["{folder}", "--all-rows", "--target", "z"], "no column 'z'"),
    (["{folder}", "--all-rows", "--target", "y", "--weight", "n"], "--weight cannot be used with --all-rows"),
    (["{folder}", "--all-rows", "--target", "y", "--class", "x"], "--class cannot be used"),
    (["{folder}", "{folder}", "--all-rows", "--target", "y"], "one file or folder"),
    (["nowhere", "--all-rows", "--target", "y"], "no file or folder"),
    (["{bad}", "--all-rows", "--target", "y"], "no Parquet file")])
def test_what_cannot_be_read_is_said(arguments: list[str], says: str, folder: Path, tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 and nothing else")
    assert main(["discover", *(text.format(folder=folder, bad=bad) for text in arguments)]) == 2
    assert says in capsys.readouterr().err


def test_a_column_that_is_missing_or_does_not_vary_is_named(folder: Path) -> None:
    network = read_formula("a", ["a"])
    with pytest.raises(TableError, match="no column of numbers 't'"):
        fit_to_all_rows([network], ParquetDataset(folder), ["a"], "t")
    one = folder.parent / "one.parquet"
    parquet.write_table(pa.table({"a": [1.0, 2.0], "y": [3.0, 3.0]}), one)
    with pytest.raises(DataError, match="same value in all rows"):
        fit_to_all_rows([network], ParquetDataset(one), ["a"], "y")


def test_a_score_of_all_rows_is_rounded_as_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """R² of 0.99999999 is not called 1.000000."""
    x = np.random.default_rng(0).uniform(0.5, 3, 3000)
    y = 3 * x + 2 + 1e-4 * np.random.default_rng(1).normal(size=3000)
    parquet.write_table(pa.table({"x": x, "y": y}), tmp_path / "t.parquet")
    assert main(["discover", str(tmp_path / "t.parquet"), "--all-rows", "--target", "y", "--steps", "2"]) == 0
    said = capsys.readouterr().out
    assert "R² 0.99999999" in said
    assert "1.000000" not in said
