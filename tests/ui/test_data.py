"""The Data page: ways to bring a table."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data_page import FRAME, TABLE, Open, paste, plain, tab, with_table
from xnet.ui.data.page import TABS
from xnet.ui.session import state


def workbook() -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as writer:
        FRAME.to_excel(writer, sheet_name="first", index=False)
        FRAME[["mass", "energy"]].to_excel(writer, sheet_name="second", index=False)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    FRAME.to_parquet(buffer)
    return buffer.getvalue()


@pytest.fixture
def at(app: Open) -> AppTest:
    return with_table(app)


@pytest.mark.parametrize("text", [TABLE, FRAME.to_csv(index=False, sep="\t"), FRAME.to_json(orient="records")])
def test_a_table_is_pasted(app: Open, text: str) -> None:
    at = paste(app("pages/data.py"), text)
    assert not at.exception
    assert at.selectbox(key=state.TARGET).value == "energy"
    assert at.multiselect(key=state.INPUTS).value == ["mass", "speed", "sigma"]
    assert "39 rows used, 1 left out for gaps, 20 % of the rows held out." in plain(at)


@pytest.mark.parametrize(("text", "says"), [("", "The field is empty"), ("   \n", "The field is empty"),
                                            ("hello", "the pasted table"), ("a,b\nx,y\n", "no column holds numbers"),
                                            ('[{"a": 1', "has a syntax error")])
def test_pasted_text_that_is_not_a_table_gets_a_sentence(app: Open, text: str, says: str) -> None:
    at = paste(app("pages/data.py"), text)
    assert not at.exception
    (error,) = at.error
    assert says in error.value.replace("\\", "")
    assert not at.selectbox


@pytest.mark.parametrize(("name", "content"), [
    ("t.xlsx", workbook()), ("t.parquet", parquet()), ("t.json", FRAME.to_json(orient="columns").encode()),
    ("t.jsonl", FRAME.to_json(orient="records", lines=True).encode())])
def test_every_kind_of_file_is_taken(app: Open, name: str, content: bytes) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload(name, content)
    at.run()
    assert not at.exception
    assert not at.error
    assert at.multiselect(key=state.INPUTS).value == ["mass", "speed", "sigma"]


@pytest.mark.parametrize(("name", "content"), [
    ("t.xlsx", workbook()[:300]), ("t.parquet", parquet()[:100]), ("t.json", b'{"a": [1, 2'),
    ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99))])
def test_a_damaged_file_gets_one_sentence(app: Open, name: str, content: bytes) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload(name, content)
    at.run()
    assert not at.exception
    assert name in at.error[0].value.replace("\\", "")
    assert not at.selectbox


def test_a_refused_second_table_is_said_where_it_was_given(app: Open) -> None:
    """The sources of another table stand in an expander, which was closed around the refusal."""
    at = paste(app("pages/data.py"), TABLE)
    assert not at.expander[-1].proto.expanded
    paste(at, "a,b\n")
    assert at.error
    assert at.expander[-1].proto.expanded
    assert at.get("tab_container")[-1].proto.tab_container.default_tab_index == 1
    paste(at, TABLE)
    assert not at.expander[-1].proto.expanded


def test_codes_for_missing_values_are_offered_as_gaps_in_front_of_the_search(app: Open) -> None:
    rows = "".join(f"{k % 7 + 1},{-999 if k == 5 else k % 11},{k * 3 + 1.5 if k != 9 else -999}\n" for k in range(40))
    at = paste(app("pages/data.py"), f"a,b,y\n{rows}")
    assert "y (-999 in 1 row), b (-999 in 1 row)" in plain(at)
    at.button(key="codes_missing").click().run()
    assert at.selectbox(key=state.TARGET).value == "valid y"
    assert at.multiselect(key=state.INPUTS).value == ["a", "valid b"]
    assert "38 rows used, 2 left out for gaps" in plain(at)
    assert "far from all others" not in plain(at)
    at.button(key="undo_missing_y").click().run()
    assert at.selectbox(key=state.TARGET).value == "y"
    assert "y (-999 in 1 row)." in plain(at)


def test_an_outlier_is_named_in_front_of_the_search_and_excluded_by_a_click(app: Open) -> None:
    rows = "".join(f"{k % 7 + 1},{k % 11},{k % 13 + 1.5 if k != 9 else 900}\n" for k in range(40))
    at = paste(app("pages/data.py"), f"a,b,y\n{rows}")
    assert "y is 900 in line 11." in plain(at)
    at.button(key="exclude_outliers").click().run()
    assert "39 rows used, 1 excluded" in plain(at)
    assert "y is 900" not in plain(at)
    assert "Line 11 of the file excluded" in plain(at)
    at.button(key="undo_0").click().run()
    assert "y is 900 in line 11." in plain(at)
    at.selectbox(key=state.TARGET).set_value("b").run()
    at.multiselect(key=state.INPUTS).set_value(["a"]).run()
    assert "y is 900" not in plain(at), "the column is not used"


def test_another_sheet_is_one_choice_away(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload("t.xlsx", workbook())
    at.run()
    at.selectbox(key="sheet").set_value("second").run()
    assert not at.exception
    assert at.multiselect(key=state.INPUTS).value == ["mass"]
    assert "Read the sheet 'second'" in plain(at)


@pytest.mark.parametrize("name", TABS)
def test_every_tab_of_every_kind_of_table(app: Open, at: AppTest, name: str) -> None:
    assert not tab(at, name).exception
    assert not tab(app("pages/data.py", sample="gapminder"), name).exception
    at.multiselect(key=state.INPUTS).set_value([]).run()
    assert not tab(at, name).exception
    one_number = paste(app("pages/data.py"), FRAME[["day", "energy"]].to_csv(index=False))
    assert not tab(one_number, name).exception
    assert one_number.button(key="discover").disabled


def spring(mass: float) -> bytes:
    return ("x [m],v [m/s],E [J]\n" + "".join(f"{k / 5},{k * k % 7},{mass * (k * k % 7) ** 2 / 2 + k * k / 4}\n"
                                              for k in range(12))).encode()


def test_several_files_become_one_table_with_constants_of_each_file(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].set_value([("a.csv", spring(1.0), "text/csv"), ("b.csv", spring(2.0), "text/csv")]).run()
    assert not at.exception
    assert "One law, with constants of its own for each file." in plain(at)
    assert "Joined 2 files of the same columns, 24 rows together." in plain(at)
    assert at.multiselect(key=state.INPUTS).value == ["x", "v"]
    at.file_uploader[0].set_value([("c.csv", spring(3.0), "text/csv")]).run()
    assert "each file" not in plain(at), "the next file is a table of its own"


def test_files_of_other_columns_are_refused_with_their_names(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].set_value([("a.csv", spring(1.0), "text/csv"), ("b.csv", b"x,y\n1,2\n3,4\n", "text/csv")]).run()
    assert not at.exception
    assert "b.csv has other columns than a.csv" in plain(at)
