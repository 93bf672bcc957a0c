"""Columns of repeated measurements are named, and none is proposed to explain another."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet.cli.main import main
from xnet.config.input_proposal import proposed_inputs
from xnet.tables.reading import read_table
from xnet.tables.replicates import replicates_of

PLATE = "Conc. (pg/mL),OD rep1,OD rep2,OD rep3\n" + "".join(
    f"{k},{3 * k + 1},{3.1 * k + 1},{2.9 * k + 1}\n" for k in range(12))


def test_a_plate_is_searched_by_its_concentrations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first discovery in a plate was that one well is 1.008 times another."""
    table = read_table(PLATE)
    assert proposed_inputs(table, "OD rep1") == ("Conc. (pg/mL)",)
    assert proposed_inputs(table, "Conc. (pg/mL)") == ("OD rep1", "OD rep2", "OD rep3")
    (tmp_path / "plate.csv").write_text(PLATE)
    assert main(["discover", str(tmp_path / "plate.csv"), "--target", "OD rep2", "--steps", "2"]) == 0
    found = capsys.readouterr()
    assert "'OD rep1', 'OD rep2', 'OD rep3' are called like repeated measurements" in found.err
    assert "OD rep1" not in found.out


def test_repeated_measurements_alone_stay_inputs() -> None:
    table = read_table("Wdh 1;Wdh 2\n" + "".join(f"{k};{2 * k}\n" for k in range(12)))
    assert proposed_inputs(table, "Wdh 2") == ("Wdh 1",)


@pytest.mark.parametrize(("column", "names", "expected"), [
    ("OD (rep 1)", ["OD (rep 1)", "OD (rep 2)", "pH (rep 2)"], ["OD (rep 2)"]),
    ("y_rep1 [mm]", ["y_rep1 [mm]", "y_rep2 [mm]", "y_rep2 [s]"], ["y_rep2 [mm]"]),
    ("x1", ["x1", "x2"], []), ("prep1", ["prep1", "prep2"], [])])
def test_only_counted_words_for_a_repetition_count(column: str, names: list[str], expected: list[str]) -> None:
    assert replicates_of(column, names) == expected
