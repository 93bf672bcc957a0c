"""Known formulas are read and sampled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.folders import ROOT
from benchmarks.formulas.known_formulas import list_file, load
from benchmarks.formulas.unit_tables import with_units


def test_formulas_are_loaded_by_family_and_by_name():
    assert [f.name for f in load()] == ["Line", "Wave", "Cube"]
    assert [f.name for f in load("Harder", "Line")] == ["Line", "Cube"]
    with pytest.raises(SystemExit, match="No formula or family is named Nguyen"):
        load("Nguyen")


@pytest.mark.parametrize(("name", "fewest"), [("unseen.csv", 60), ("offsets.csv", 25), ("handbook.csv", 101)])
def test_the_formulas_of_this_folder_can_be_sampled(name: str, fewest: int):
    unseen = load(file=ROOT / "benchmarks" / name)
    assert len({f.name for f in unseen}) == len(unseen) >= fewest
    for formula in unseen:
        X, y = formula.sample(50, 0)
        assert np.isfinite(X).all()
        assert np.isfinite(y).all()
        assert y.std() > 0


def drawn(folder: Path, low: str, high: str, scale: str, sign: str) -> np.ndarray:
    file = folder / "drawn.csv"
    file.write_text(f"name,family,formula,variables,low,high,scale,sign\nA,F,a,a,{low},{high},{scale},{sign}\n",
                    encoding="utf-8")
    return load(file=file)[0].sample(4000, 3)[0][:, 0]


def test_a_list_says_how_its_variables_are_drawn(tmp_path: Path):
    decades = drawn(tmp_path, "0.01", "100", "log", "both")
    assert np.mean(np.abs(decades) < 1) == pytest.approx(0.5, abs=0.05)  # the middle of the logarithms
    assert np.mean(decades < 0) == pytest.approx(0.5, abs=0.05)
    assert set(drawn(tmp_path, "1", "3", "int", "pos")) == {1.0, 2.0, 3.0}
    assert set(drawn(tmp_path, "1", "2", "int", "neg")) == {-1.0, -2.0}
    assert np.abs(drawn(tmp_path, "-2", "1", "lin", "both").mean() + 0.5) < 0.1  # both signs lie in the range already


def test_an_unknown_scale_is_refused(tmp_path: Path):
    with pytest.raises(SystemExit, match="A: the column scale needs one of lin, log, int"):
        drawn(tmp_path, "1", "2", "cubic", "pos")
    with pytest.raises(SystemExit, match="A: the column sign needs one of pos, neg, both for each variable"):
        drawn(tmp_path, "1", "2", "lin", "pos pos")


def test_a_list_lies_in_the_benchmarks_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XNET_BENCHMARKS", str(tmp_path))
    assert list_file("srsd") == tmp_path / "srsd.csv"


def test_units_stand_in_a_table_beside_the_list(tmp_path: Path):
    table = tmp_path / "mine_units.csv"
    table.write_text('name,"target_units(m,s)",variables,"units(m,s)"\n'
                     'Wave,"[1,0]",a b,"[0,0] [1,-2]"\nLine,"[1]",a,"[1,0]"\n', encoding="utf-8")
    with pytest.raises(SystemExit, match="Line: a unit has 1 exponents, but the column names 2 units"):
        with_units(load(), table)
    table.write_text(table.read_text(encoding="utf-8").partition("Line")[0], encoding="utf-8")
    assert [(f.name, f.units) for f in with_units(load(), table)] == [("Wave", ("1", "m^1*s^-2", "m^1"))]
    with pytest.raises(SystemExit, match=r"expected in .*other_units\.csv"):
        with_units(load(), tmp_path / "other_units.csv")
