"""Derived columns: a later table gets the same columns, from the recipes in the run's config."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet import runs
from xnet.archive.bundle import Bundle
from xnet.archive.restore import checked_config
from xnet.cli.main import main
from xnet.engine.networks.network import Network, Neuron
from xnet.prediction.new_rows import predict, read_rows
from xnet.prediction.predictor import Predictor, read_predictor
from xnet.tables.column_conversion import possible_conversions, with_conversions
from xnet.tables.column_recipes import ColumnRecipe, RecipeError, parse_dates, recipes_from_config
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.usable_rows import usable

DATED = "day,colour,y\n" + "".join(f"{d}/03/2021,{c},{d}\n" for d, c in zip(
    range(11, 31), ["red", "blue"] * 10, strict=True))


def sum_of(names: tuple[str, ...], made: dict[str, ColumnRecipe]) -> Predictor:
    """x0 + x1 of two made columns."""
    network = Network((Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("add", (0, 1))), (), 2)
    return Predictor(network, names, "y", derived=made)


@pytest.fixture
def made() -> dict[str, ColumnRecipe]:
    table = read_table(DATED)
    chosen = [c for c in possible_conversions(table) if c.way in ("days", "labels")]
    return dict(with_conversions(table, chosen).derived)


def test_a_later_table_gets_the_same_columns(made: dict[str, ColumnRecipe]) -> None:
    assert list(made) == ["day in days", "colour is red"]
    predictor = sum_of(("day in days", "colour is red"), made)
    assert predictor.needed_columns == ("day", "colour")
    rows = read_rows("Day,colour\n01/04/2021,red\n02/04/2021,blue\n")
    result = predict(predictor, rows.frame)
    assert result.values.tolist() == [22, 22], "days since 11 March, the day before the month as in the search"
    assert any("'colour is red' was derived from 'colour'" in sentence for sentence in result.report)


def test_the_made_column_itself_counts_where_it_is_there(made: dict[str, ColumnRecipe]) -> None:
    frame = pd.DataFrame({"day in days": [1.0], "colour is red": [0.0], "day": ["01/04/2021"], "colour": ["red"]})
    assert predict(sum_of(tuple(made), made), frame).values.tolist() == [1.0]


def test_an_unknown_label_is_no_number(made: dict[str, ColumnRecipe]) -> None:
    frame = pd.DataFrame({"day in days": [1.0, 1.0, 1.0], "colour": ["red", "green", ""]})
    result = predict(sum_of(tuple(made), made), frame)
    np.testing.assert_array_equal(result.values, [2.0, np.nan, np.nan])
    assert any("did not contain 'green'" in sentence for sentence in result.report)


@pytest.mark.parametrize(("recipe", "cell"), [
    (ColumnRecipe("day", "days", since="2021-03-11T00:00:00"), "2021-04-01 00:00:00"),
    (ColumnRecipe("day", "days", since="2021-03-11T12:30:00"), "1969-04-01 06:00:05"),
    (ColumnRecipe("day", "years"), "2020-02-29 00:00:00"), (ColumnRecipe("day", "years"), "1815-12-31 00:00:00"),
    (ColumnRecipe("time", "hours"), "1970-01-01 14:45:00")])
def test_a_number_is_converted_back_to_its_date(recipe: ColumnRecipe, cell: str) -> None:
    assert str(recipe.to_date(float(recipe.values([cell])[0]))) == cell


def test_after_a_year_comes_the_month_wherever_days_come_first_elsewhere() -> None:
    cells = ["05/01/2021", "2021-05-01", "2021-05-01 06:00", "2021/5/1", "x", "", "12:30"]
    assert parse_dates(cells, days_first=True)[:4].dt.strftime("%m-%d %H").tolist() == [
        "01-05 00", "05-01 00", "05-01 06", "05-01 00"]
    assert parse_dates(cells, days_first=False).dt.strftime("%m-%d")[:2].tolist() == ["05-01", "05-01"]
    assert parse_dates(cells, days_first=True)[4:6].isna().all()
    assert parse_dates(cells, days_first=True)[6].hour == 12
    assert parse_dates([], days_first=True).empty


def test_a_number_that_no_date_can_have_made_leads_nowhere_far() -> None:
    for way in ("days", "years", "month", "yearday", "hours"):
        assert str(ColumnRecipe("day", way, since="2021-03-11").to_date(1e15)) == "1970-01-01 00:00:00"


def test_remarks_speak_of_what_a_column_was_made_of(made: dict[str, ColumnRecipe]) -> None:
    network = sum_of(tuple(made), made).network
    predictor = Predictor(network, tuple(made), "y", np.array([0.0, 0.0]), np.array([19.0, 1.0]), made)
    frame = pd.DataFrame({"day": ["2021-05-01", "2021-01-01", "2021-03-12", ""], "colour": ["red", "red", "green", ""]})
    assert predict(predictor, frame).remarks == (
        "day is after the rows of the search (2021-03-11 to 2021-03-30)",
        "day is before the rows of the search (2021-03-11 to 2021-03-30)",
        "colour 'green' was not in the search (it had 'blue', 'red')", "day is missing; colour is missing")
    assert predict(predictor, frame.assign(day="soon")).remarks[0] == (
        "day is 'soon', which cannot be read as in the search")
    assert predictor.derived_from("colour") == ("colour is red", made["colour is red"])
    assert predictor.derived_from("y") is None


def test_true_and_false_that_were_labels_once_are_known_as_1_and_0() -> None:
    recipe = ColumnRecipe("flag", "labels", "True", ("False", "True"))
    assert recipe.values(["True", "False", 1, 0.0]).tolist() == [1, 0, 1, 0]
    assert recipe.unknown_labels([1, 0, 2]) == ["2"]


def test_a_missing_column_is_named_by_the_column_it_is_derived_from(made: dict[str, ColumnRecipe]) -> None:
    with pytest.raises(TableError, match="lacks the column 'day' that"):
        predict(sum_of(tuple(made), made), pd.DataFrame({"colour": ["red"]}))


def test_long_labels_that_begin_alike_get_a_column_each() -> None:
    long = "x" * 90
    table = read_table("label,y\n" + "".join(f"{long}{c},{k}\n" for k, c in enumerate("abc" * 4)))
    made = with_conversions(table, possible_conversions(table))
    columns = [c for c in made.frame if c not in table.frame]
    assert len(columns) == 3
    assert made.frame[columns].sum(axis=1).tolist() == [1.0] * 12


def test_text_that_was_made_numbers_of_is_answered_with_their_names() -> None:
    table = read_table(DATED)
    with pytest.raises(TableError, match="choose 'colour is red', derived from it"):
        usable(with_conversions(table, [w for w in possible_conversions(table) if w.way == "labels"]), "y", ["colour"])


def test_a_run_stores_its_column_recipes(made: dict[str, ColumnRecipe], tmp_path: Path) -> None:
    table = with_conversions(read_table(DATED), possible_conversions(read_table(DATED)))
    run = runs.create_run(table.frame, target="y", inputs=["day in days", "colour is red"], source="t", root=tmp_path,
                          derived={c: r.to_config() for c, r in table.derived.items()})
    assert recipes_from_config(run.config) == made, "and of its inputs only"
    assert recipes_from_config(runs.options_from_config(run.config)) == made
    config = checked_config(Bundle({}, json.loads(json.dumps(run.config)), {}, b"", (), ()), "x" * 16)
    assert recipes_from_config(config) == made


@pytest.mark.parametrize("config", [
    {}, {"column": "a"}, {"column": "a", "way": "eval", "label": "", "labels": [], "since": "", "days_first": False},
    {"column": "a", "way": "days", "label": "", "labels": [], "since": "never", "days_first": False},
    {"column": "a", "way": "labels", "label": "x", "labels": ["y"], "since": "", "days_first": False}, 3])
def test_a_recipe_that_is_none_is_refused(config: object) -> None:
    with pytest.raises(RecipeError, match="expected column"):
        ColumnRecipe.from_config(config)  # type: ignore[arg-type]


def test_from_the_command_line_to_predictions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, later, out = tmp_path / "table.csv", tmp_path / "later.csv", tmp_path / "out"
    table.write_text("colour,x,y\n" + "".join(f"{'red' if k % 3 else 'blue'},{k},{k + 3 * (k % 3 > 0)}\n"
                                               for k in range(30)))
    later.write_text("colour,x\nred,10\nblue,10\n")
    assert main(["discover", str(table), "--target", "y", "--convert", "colour", "--steps", "20", "--out",
                 str(out)]) == 0
    assert read_predictor(out / "formula.json").derived["colour is red"].column == "colour"
    capsys.readouterr()
    assert main(["predict", str(out / "formula.json"), str(later)]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [float(row["y by the formula"]) for row in rows] == pytest.approx([13, 10])


def test_a_decimal_comma_says_how_the_other_cells_of_a_text_column_are_meant() -> None:
    recipe = ColumnRecipe("v", "numbers")
    np.testing.assert_array_equal(recipe.values(["66,2417", "121,846", 1.234]), [66.2417, 121.846, 1.234])
    np.testing.assert_array_equal(recipe.values(["1,234.5", "121,846", "none"]), [1234.5, 121846.0, np.nan])
