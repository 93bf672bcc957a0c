"""JSON whose records hold records."""

from __future__ import annotations

import json

from tests.tables.test_reading import said
from xnet.tables.reading import read_table


def test_records_inside_records_become_columns() -> None:
    records = [{"person": {"mass": 50 + k, "person_": k}, "person_mass": -k, "bmi": 20 + k} for k in range(5)]
    table = read_table(json.dumps({"study": "bmi", "rows": records}), "t.json")
    assert list(table.frame.columns) == ["person_mass_", "person_person_", "person_mass", "bmi"]
    assert table.frame["person_mass_"].tolist() == [50, 51, 52, 53, 54]
    assert table.frame["person_mass"].tolist() == [0, -1, -2, -3, -4]
    assert said(table, "Records inside the records became columns, such as 'person_mass_'")


def test_half_a_character_of_a_text_becomes_a_mark() -> None:
    table = read_table('[{"a": 1, "b": 2, "c": "\\ud800x"}, {"a": 2, "b": 5, "c": "\\ud83d\\ude00"}]', "t.json")
    assert table.frame["c"].tolist() == ["\ufffdx", "\U0001f600"]
