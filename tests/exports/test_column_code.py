"""Derived columns in the exported files: every file states their recipes, and the Python file computes them."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dukpy
import numpy as np
import pytest
import sympy as sp

from tests.exports.test_export import EVIL, by_program
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network, Neuron
from xnet.exports.column_code import (
    derived_cell,
    derived_lines,
    derived_python,
    file_columns,
    readable,
    spreadsheet_line,
)
from xnet.exports.export import Export
from xnet.exports.table_code import READING
from xnet.runs import Run, create_run
from xnet.tables.change_application import apply_changes
from xnet.tables.changes import RenameColumn
from xnet.tables.column_conversion import Conversion, possible_conversions, with_conversions
from xnet.tables.column_recipes import COUNTED_WAYS, ColumnRecipe
from xnet.tables.reading import read_table

CELLS = ["2021-05-01", "1.5.2021", "13/5/2021", "5/1/21", "12/31/69", "2020-02-29 06:30", "2021-05-01T23:59:30",
         "2021/5/1", "31.12.1999", "2021-07", "2021-12-31 24:00", "none", "", "x"]
TABLE = "day,start,colour,kind,y\n" + "".join(
    f"{k % 28 + 1}.{k % 12 + 1}.{2019 + k % 4},{k % 24}:{k % 60:02d},{'red' if k % 3 else 'blue'},{'uvw'[k % 3]},{k}\n"
    for k in range(40))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """The files of a formula that is the sum of all columns that can be made of a table."""
    read = read_table(TABLE)
    table = with_conversions(read, possible_conversions(read))
    names = list(table.derived)
    run = create_run(table.frame, target="y", inputs=names, source="t", root=tmp_path,
                     derived={c: r.to_config() for c, r in table.derived.items()})
    neurons = [Neuron("variable", (), 0)]
    for i in range(1, len(names)):
        neurons += [Neuron("variable", (), i), Neuron("add", (len(neurons) - 1, len(neurons)))]
    network = Network(tuple(neurons), (), len(names))
    row = {"network": network.to_json(), "text": to_text(network, names, "y"), "latex": to_latex(network, names, "y"),
           "complexity": network.complexity, "n_parameters": 0, "r2_train": 0.5, "r2_holdout": None, "loss": 0.5,
           "loss_holdout": None}
    return Export(run, {"front": [row], "best": row, "rows_train": 32, "rows_holdout": 8, "seconds": 1.0, "loss": [],
                        "step": 1, "message": "Done."}, row)


def test_the_python_file_makes_them_itself(export: Export, tmp_path: Path) -> None:
    names = export.config["inputs"]
    assert names == ["day in days", "day in years", "month of day", "day of the year of day", "start in hours",
                     "colour is red", "kind is u", "kind is v", "kind is w", "day start in days", "day start in years",
                     "month of day start", "day of the year of day start", "day start in seconds",
                     "day start in hours"]
    by_formula = export.texts()["formula.py"]()
    expected = export.network.evaluate(export.run.data()[names].to_numpy())
    assert by_program(by_formula, TABLE, tmp_path) == pytest.approx(expected, rel=1e-12)
    made = ",".join(f'"{name}"' for name in names)
    assert by_program(by_formula, f"{made}\n{','.join('1' * 15)}\n", tmp_path) == [15], "made columns count"
    later = "day,start,colour,kind\nnever,0:00,red,u\n1.1.2020,0:00,green,u\n"
    assert np.isnan(by_program(by_formula, later, tmp_path)).all()


def test_every_form_of_the_formula_says_how_and_still_computes(export: Export) -> None:
    names, texts = export.config["inputs"], export.texts()
    X = export.run.data()[names].to_numpy()
    expected = export.network.evaluate(X)
    sentence = '"colour is red" is 1 where "colour" is "red", 0 where it is "blue".'
    for name in ("formula.txt", "formula.tex", "formula_sympy.py", "formula.js", "formula_excel.txt"):
        assert sentence in texts[name](), name
        assert '"day in days" is the days from 2019-' in texts[name](), name
    assert "1 where colour is red, 0 where it is blue" in texts["report.html"]()
    assert readable("grün\n\u2028") == '"grün\\n\\u2028"', "every alphabet, on one line"
    formula, *_ = texts["formula.txt"]().splitlines()
    assert read_formula(formula.partition(" = ")[2], names).evaluate(X) == pytest.approx(expected)
    space: dict[str, Any] = {}
    exec(texts["formula_sympy.py"](), space)  # noqa: S102 - our own text
    assert float(space["formula"].subs({sp.Symbol(n): v for n, v in zip(names, X[7], strict=True)})) == pytest.approx(
        expected[7])
    found = dukpy.evaljs([texts["formula.js"](), "dukpy.rows.map(function (row) { return predict.apply(null, row); })"],
                         rows=X.tolist())
    assert found == pytest.approx(expected)
    assert texts["formula_excel.txt"]().splitlines()[-1].startswith("=(")
    assert json.loads(texts["formula.json"]())["run"]["derived"]["kind is u"]["column"] == "kind"


@pytest.mark.parametrize("days_first", [True, False])
@pytest.mark.parametrize("way", ["days", "elapsed", "years", "month", "yearday", "hours"])
def test_dates_are_read_as_the_search_read_them(way: str, days_first: bool) -> None:
    recipe = ColumnRecipe("d", way, since="2020-01-31T06:00:00" if way in COUNTED_WAYS else "", days_first=days_first)
    cells = ["7:05", "23:59:30", "x", ""] if way == "hours" else CELLS
    space: dict[str, Any] = {"np": np}
    exec(derived_python({"m": recipe}), space)  # noqa: S102 - our own text
    found = [space["with_derived_columns"]({"d": cell})["m"] for cell in cells]
    np.testing.assert_allclose(found, recipe.values(cells), rtol=1e-12)


@pytest.mark.parametrize("label", [*EVIL, '"""', "a\nb", "=1", "%", "*/"])
def test_labels_are_data(label: str) -> None:
    recipe = ColumnRecipe(label, "labels", label, ("b", label))
    space: dict[str, Any] = {"np": np}
    exec(derived_python({label: recipe}), space)  # noqa: S102 - our own text
    assert space["with_derived_columns"]({label: label, "c": "x"})[label] in (1.0, label), "it is in the table"
    recipe = ColumnRecipe("c", "labels", label, ("b", label))
    exec(derived_python({label: recipe}), space)  # noqa: S102 - our own text
    assert [space["with_derived_columns"]({"c": cell})[label] for cell in (label, "b")] == [1.0, 0.0]
    assert len(derived_lines({label: recipe}, "// ").splitlines()) == 1
    assert "derived" not in derived_python({})


@pytest.mark.parametrize("name", [*EVIL, '"""', "a\nb", "{x}", "*/"])
def test_names_of_columns_of_other_rows_are_data(name: str) -> None:
    derived = {f"previous {name}": ColumnRecipe(name, "previous", count=1, within=name)}
    space: dict[str, Any] = {"np": np}
    exec(READING + derived_python(derived), space)  # noqa: S102 - our own text
    rows = space["with_derived_rows"]([{name: "7"}, {name: "7"}], ",")
    assert [row[f"previous {name}"] for row in rows] == pytest.approx([np.nan, 7], nan_ok=True)
    assert len(derived_lines(derived, "// ").splitlines()) == 1


def serial(year: int, month: int, day: int) -> int:
    """A date as a spreadsheet counts them."""
    return datetime.date(int(year), month, day).toordinal() - datetime.date(1899, 12, 30).toordinal()


CALLS = {"DATE": serial, "YEAR": lambda n: datetime.date.fromordinal(int(n)
                                                                     + datetime.date(1899, 12, 30).toordinal()).year,
         "MONTH": lambda n: datetime.date.fromordinal(int(n) + datetime.date(1899, 12, 30).toordinal()).month,
         "MOD": math.fmod, "TIME": lambda h, m, s: (h + m / 60 + s / 3600) / 24, "NA": lambda: math.nan,
         "IF": lambda test, yes, no: yes if test else no, "EXACT": lambda a, b: a == b, "OR": lambda *tests: any(tests)}


@pytest.mark.parametrize(("recipe", "cell", "there"), [
    (ColumnRecipe("d", "days", since="2020-01-31T00:00:00"), "2021-05-01", serial(2021, 5, 1)),
    (ColumnRecipe("d", "days", since="2020-01-31T06:00:00"), "2021-05-01", serial(2021, 5, 1)),
    (ColumnRecipe("d", "elapsed", since="2020-01-31T06:00:01.500000"), "2020-01-31 18:00", serial(2020, 1, 31) + 0.75),
    (ColumnRecipe("d", "month"), "2020-07-01", serial(2020, 7, 1)),
    (ColumnRecipe("d", "yearday"), "2020-07-01", serial(2020, 7, 1)),
    (ColumnRecipe("d", "years"), "2020-07-01", serial(2020, 7, 1)), (ColumnRecipe("d", "hours"), "14:45", 14.75 / 24),
    *((ColumnRecipe("c", "labels", "it's", ("it's", "red", "b")), cell, cell) for cell in ("red", "it's", "green"))])
def test_a_spreadsheets_cell_makes_the_same(recipe: ColumnRecipe, cell: str, there: float | str) -> None:
    formula = derived_cell(recipe, "Z2")
    assert formula is not None
    found = eval(formula[1:], {**CALLS, "Z2": there})  # noqa: S307 - our own text, whose syntax Python shares
    assert found == pytest.approx(recipe.values([cell])[0], nan_ok=True)


def test_labels_that_a_spreadsheet_cannot_hold_get_no_cell() -> None:
    assert derived_cell(ColumnRecipe("c", "labels", "x" * 300, ("x" * 300, "b")), "Z2") is None
    assert derived_cell(ColumnRecipe("c", "labels", "a\nb", ("a\nb", "b")), "Z2") is None
    assert derived_cell(ColumnRecipe("c", "labels", 'say "a"', ('say "a"', "b")), "Z2") == (
        '=IF(EXACT(Z2,"say ""a"""),1,IF(OR(EXACT(Z2,"b")),0,NA()))')


def test_the_cell_of_a_derived_column_has_semicolons_for_decimal_commas_too() -> None:
    """A spreadsheet with decimal commas refuses commas between arguments, which only the formula itself had lost."""
    said = spreadsheet_line(ColumnRecipe("c", "labels", "a,b", ("a,b", "red")))
    assert said.endswith(' or, with decimal commas, =IF(EXACT(Z2;"a,b");1;IF(OR(EXACT(Z2;"red"));0;NA()))')
    said = spreadsheet_line(ColumnRecipe("d", "month"))
    assert said == ' In row 2, where Z is the column "d", copied down: =MONTH(Z2)'


def test_the_cell_of_a_derived_column_reads_the_columns_and_rows_of_the_persons_table() -> None:
    """Whatever the table, cells were called Z2, and rows counted from row 2."""
    places = ["day", "load", "month of day"]
    assert spreadsheet_line(ColumnRecipe("day", "month"), 4, places) == " In row 4, copied down: =MONTH(A4)"
    assert spreadsheet_line(ColumnRecipe("load", "previous", count=2), 6, places) == (
        " In row 6, copied down: =IF(ISNUMBER(B4),B4,NA()) or, with decimal commas, =IF(ISNUMBER(B4);B4;NA())")
    said = spreadsheet_line(ColumnRecipe("load", "rate", count=1, order="day"), 5, places)
    assert said.startswith(' In row 5, with the rows sorted by "day", copied down: '
                           "=IF(COUNT(B4,B5)=2,(B5-B4)/(A5-A4),NA())")


def test_a_run_without_such_columns_has_the_files_it_had(tmp_path: Path) -> None:
    run: Run = create_run(read_table(TABLE).frame.assign(x=range(40)), target="y", inputs=["x"], source="t",
                          root=tmp_path)
    network = Network((Neuron("variable", (), 0),), (), 1)
    row = {"network": network.to_json(), "text": "y = x", "latex": "y = x"}
    texts = Export(run, {"front": [row]}, row).texts()
    assert (texts["formula.txt"](), texts["formula.tex"]()) == ("y = x\n", "y = x\n")
    assert "made" not in texts["formula.py"]()


def test_codes_mixed_cells_and_durations_are_computed_by_the_exported_python() -> None:
    derived = {"a clean": ColumnRecipe("a", "gaps", labels=("-999",)), "b number": ColumnRecipe("b", "numbers"),
               "t s": ColumnRecipe("t", "seconds")}
    space: dict[str, object] = {"np": np}
    exec(derived_python(derived), space)  # noqa: S102 - our own text
    row = space["with_derived_columns"]({"a": "-999", "b": "2,5", "t": "1:11.1"})
    assert np.isnan(row["a clean"])
    assert (row["b number"], row["t s"]) == (2.5, pytest.approx(71.1))
    for name, cells in {"a clean": ["3", "-999"], "b number": ["low", "4"], "t s": ["x", "1:00:00"]}.items():
        source = derived[name].column
        computed = [space["with_derived_columns"]({"a": "1", "b": "1", "t": "1", source: cell})[name] for cell in cells]
        np.testing.assert_array_equal(computed, derived[name].values(cells))
    assert derived_cell(derived["a clean"], "Z2") == "=IF(OR(Z2=-999.0),NA(),Z2)"


@pytest.mark.parametrize(("head", "row", "source", "renamed"), [
    ("Datum,Uhrzeit", "1{k}.03.2024,0{k}:30", "Datum Uhrzeit", {}),
    ("Datum,Uhrzeit", "1{k}.03.2024,0{k}:30", "when", {"Datum Uhrzeit": "when", "Datum": "day"}),
    ("year,month,day", "2024,{k},1{k}", "year month day", {}),
    ("YEAR,MO,DY,HR", "2024,{k},1{k},{k}", "t", {"YEAR MO DY HR": "t", "MO": "month"}),
    ("year,month,day,hour,minute", "2024,{k},1{k},{k},3{k}", "year month day hour minute", {})])
def test_dates_in_several_columns_are_joined_as_their_recipe_says(head: str, row: str, source: str,
                                                                  renamed: Mapping[str, str]) -> None:
    rows = [row.format(k=k) for k in range(1, 10)]
    table = read_table(f"{head},x,y\n" + "".join(f"{r},{k},{k % 3}\n" for k, r in enumerate(rows)), "t.csv")
    table = apply_changes(table, [RenameColumn(old, new) for old, new in renamed.items()])
    table = with_conversions(table, [Conversion(source, "days")])
    (name, recipe), = table.derived.items()
    assert ColumnRecipe.from_config(recipe.to_config()) == recipe
    originals = {new: old for old, new in renamed.items() if new in file_columns({name: recipe}, [])}
    space: dict[str, Any] = {"np": np}
    exec(derived_python({name: recipe}, originals), space)  # noqa: S102 - our own text
    made = [space["with_derived_columns"](dict(zip(head.split(","), r.split(","), strict=True)))[name] for r in rows]
    np.testing.assert_allclose(made, table.frame[name], atol=1e-9)
    assert len(set(made)) == len(rows)
