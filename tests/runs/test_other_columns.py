"""The names of the rows and the person's other columns stay with the rows to every export."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.exports.export import export_files
from xnet.exports.records import predictions_csv
from xnet.runs import create_run, execute
from xnet.runs.other_columns import FILE, MOST_COLUMNS
from xnet.runs.run import Run
from xnet.runs.sharing import open_shared, share
from xnet.tables.id_columns import id_column
from xnet.tables.reading import read_table


def table(rows: int = 30) -> pd.DataFrame:
    x = np.arange(rows, dtype=float)
    return pd.DataFrame({"country": [f"land {k}" for k in range(rows)], "x": np.where(x == 3, np.nan, x),
                         "remark": ["=1+1" if k == 5 else f"r{k}" for k in range(rows)], "extra": x / 4,
                         "y": 2 * x + 1})


def made(root: Path, frame: pd.DataFrame, **options: str) -> Run:
    return create_run(frame, target="y", inputs=["x"], source="t", root=root, steps=2, seconds=5,
                      **options)  # type: ignore[arg-type]


def test_the_row_of_a_gap_takes_its_name_and_its_cells_with_it(tmp_path: Path) -> None:
    run = made(tmp_path, table())
    assert run.config["id_column"] == "country"
    assert run.row_labels()[:4] == ("land 0", "land 1", "land 2", "land 4")
    header, *rows = csv.reader(io.StringIO(predictions_csv(run, np.zeros(29), np.array([0]))))
    assert header == ["x", "y", "y by the formula", "rows", "row of the table", "country", "remark", "extra"]
    assert rows[3][4:] == ["5", "land 4", "r4", "1.0"]
    assert rows[4][6] == "'=1+1"  # a spreadsheet must not run it


@pytest.mark.slow
def test_the_names_of_rows_stand_in_the_plots(tmp_path: Path) -> None:
    run = made(tmp_path, table())
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert "row 5 (land 4), x: 4" in export_files(run)["plots.html"]
    assert "land 4" in export_files(run)["predictions.csv"]


def test_a_view_link_shows_the_names_only(tmp_path: Path) -> None:
    run = made(tmp_path, table())
    shared = open_shared(share(run), tmp_path)
    others = shared.other_columns()
    assert others is not None
    assert list(others) == ["country"]
    assert shared.row_labels()[3] == "land 4"
    assert open_shared(share(made(tmp_path, table().drop(columns="country"))), tmp_path).other_columns() is None


def test_runs_without_the_file_and_with_a_damaged_one_have_no_other_columns(tmp_path: Path) -> None:
    run = made(tmp_path, table())
    (run.folder / FILE).write_text("country\nonly one row\n")
    assert run.other_columns() is None
    assert run.row_labels() == ()
    (run.folder / FILE).unlink()
    assert run.row_labels() == ()
    assert "country" not in predictions_csv(run, np.zeros(29), np.array([0]))


def test_of_a_very_wide_table_only_the_names_are_kept(tmp_path: Path) -> None:
    wide = table().assign(**{f"c{k}": 1.0 for k in range(MOST_COLUMNS)})
    others = made(tmp_path, wide).other_columns()
    assert others is not None
    assert list(others) == ["country"]


def test_a_chosen_column_names_the_rows(tmp_path: Path) -> None:
    run = made(tmp_path, table(), id_column="remark")
    assert run.row_labels()[3] == "r4"
    assert made(tmp_path, table(), id_column="").row_labels() == ()


@pytest.mark.parametrize(("name", "cells", "found"), [
    ("Country Name", "abcdef", True), ("sample_id", "abcdef", True), ("ID", range(6), True), ("date", "abcdef", True),
    ("country", "aabbcc", False), ("colour", "abcdef", False), ("id", [0.5, 1, 2, 3, 4, 5], False),
    ("name", ["a", "", "c", "d", "e", "f"], False), ("name", ["x" * 80, *"bcdef"], False)])
def test_a_column_that_names_rows_is_unique_and_called_so(name: str, cells: object, found: bool) -> None:
    frame = pd.DataFrame({"x": range(6), name: list(cells)})  # type: ignore[call-overload]
    assert id_column(frame) == (name if found else None)
    assert id_column(frame, {name}) is None


def test_lines_of_the_file_and_names_stand_together(tmp_path: Path) -> None:
    text = "name,x,y\n\n" + "".join(f"n{k},{'' if k == 2 else k},{k * k}\n" for k in range(20))
    read = read_table(text, "t")
    run = made(tmp_path, read.frame, row_names=read.row_names.to_config())  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(predictions_csv(run, np.zeros(19), np.array([0])))))
    assert rows[0][4:] == ["line of the file", "name"]
    assert rows[3][4:] == ["6", "n3"]
